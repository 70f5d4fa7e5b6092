#include "retrieval/hit_explanation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>

#include "base/impl_access.h"
#include "documents/sentences.h"
#include "model/token_reader.h"
#include "retrieval/words.h"
#include "text/unicode.h"

namespace m2v::retrieval {
namespace {

double product(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0, std::plus(),
                            [](double x, double y) { return x * y; });
}

/// Returns the index of the word at the first code point of a token that is not whitespace or, if
/// there is none, of the nearest word before it (the first word if there is none either).
std::size_t word_at(const ReadPassage& passage, std::size_t begin, std::size_t end) {
  constexpr std::size_t kNoWord = ReadPassage::kNoWord;
  const std::vector<std::size_t>& word_of = passage.word_of;
  while (begin < end && begin < word_of.size() && word_of[begin] == kNoWord) ++begin;
  while (begin > 0 && (begin >= word_of.size() || word_of[begin] == kNoWord)) --begin;
  return begin < word_of.size() && word_of[begin] != kNoWord ? word_of[begin] : 0;
}

}  // namespace

ReadPassage::ReadPassage(std::string_view passage) : text(passage), code_point(passage.size() + 1) {
  CharacterClass last = CharacterClass::kStandalone;
  bool apart = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const std::size_t index = word_of.size();
    const char32_t c = text::decode_utf8(text, at);
    std::fill(code_point.begin() + static_cast<std::ptrdiff_t>(begin),
              code_point.begin() + static_cast<std::ptrdiff_t>(at), index);
    if (text::is_whitespace(c)) {
      word_of.push_back(kNoWord);
      apart = true;
      continue;
    }
    const CharacterClass now = classify(c);
    if (apart || now != last || now == CharacterClass::kStandalone) {
      words.push_back({.begin = index, .end = index});
    }
    words.back().end = index + 1;
    word_of.push_back(words.size() - 1);
    last = now;
    apart = false;
  }
  code_point[text.size()] = word_of.size();
}

ReadPassage::ReadPassage(const StaticModel& model, std::string_view passage, std::size_t max_length)
    : ReadPassage(passage) {
  tokens = model::TokenReader(impl_of(model), max_length).with_offsets(passage);
  std::vector<double> sum(model.dim(), 0);
  for (const Token& token : tokens) {
    const std::vector<float> row = model.token_vector(token.id);
    std::transform(row.begin(), row.end(), sum.begin(), sum.begin(), std::plus<double>());
  }
  length = std::sqrt(std::inner_product(sum.begin(), sum.end(), sum.begin(), 0.0));
}

QueryProducts::QueryProducts(const StaticModel& model, std::vector<float> query)
    : model_(model), query_(std::move(query)), length_(std::sqrt(product(query_, query_))) {}

double QueryProducts::with_row(std::uint32_t id) {
  const auto [found, is_new] = products_.try_emplace(id, 0);
  if (is_new) found->second = product(model_.token_vector(id), query_);
  return found->second;
}

void explain_cosine(const ReadPassage& passage, QueryProducts& products,
                    HitExplanation& explanation) {
  const double lengths = passage.length * products.length();
  for (const Token& token : passage.tokens) {
    const double dense = lengths > 0 ? products.with_row(token.id) / lengths : 0;
    explanation.tokens.push_back({token.id, token.begin, token.end, dense});
    explanation.dense += dense;
  }
}

void distribute_among_words(const ReadPassage& passage, const LexicalOptions& options,
                            HitExplanation& explanation) {
  explanation.words = passage.words;
  if (passage.words.empty()) return;
  for (const TokenContribution& token : explanation.tokens) {
    explanation.words[word_at(passage, token.begin, token.end)].dense += token.dense;
  }
  if (explanation.terms.empty()) return;
  WordReader reader(options);
  for (reader.start(passage.text); reader.next();) {
    const auto term = std::ranges::find(explanation.terms, reader.term(), &TermScore::term);
    if (term == explanation.terms.end()) continue;
    const std::size_t first = passage.word_of[passage.code_point[reader.begin()]];
    const std::size_t last = passage.word_of[passage.code_point[reader.end() - 1]];
    const double contribution =
        term->score / static_cast<double>(term->count) / static_cast<double>(last - first + 1);
    for (std::size_t i = first; i <= last; ++i) explanation.words[i].lexical += contribution;
  }
}

}  // namespace m2v::retrieval

namespace m2v {

TextRange best_sentence(std::string_view passage, const HitExplanation& explanation,
                        const PassageAnswer& answer) {
  constexpr std::size_t kMaxSentenceBytes = 400;  // in bytes; longer sentences are cut
  double dense_scale = answer.dense_scale, lexical_scale = answer.lexical_scale;
  if (dense_scale == 0 && lexical_scale == 0) {  // reciprocal ranks: weigh both kinds equally
    if (explanation.dense > 0) dense_scale = 1 / explanation.dense;
    if (explanation.lexical > 0) lexical_scale = 1 / explanation.lexical;
  }
  TextRange best;
  double most = 0;
  std::size_t position = 0, byte = 0;  // the index of a code point, and its first byte
  const auto code_point_at = [&](std::size_t wanted) {
    while (byte < wanted) {
      text::decode_utf8(passage, byte);
      ++position;
    }
    return position;
  };
  auto word = explanation.words.begin();
  for (const documents::Span& sentence :
       documents::cut_into_sentences(passage, false, kMaxSentenceBytes)) {
    const std::size_t begin = code_point_at(sentence.begin), end = code_point_at(sentence.end);
    double sum = 0;
    for (; word != explanation.words.end() && word->begin < end; ++word) {
      sum += dense_scale * word->dense + lexical_scale * word->lexical;
    }
    if (sum > most) {
      most = sum;
      best = {begin, end};
    }
  }
  return best;
}

}  // namespace m2v
