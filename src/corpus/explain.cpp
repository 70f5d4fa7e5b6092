#include "corpus/explain.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>

#include "corpus/lines.h"
#include "corpus/sentences.h"
#include "corpus/words.h"
#include "embed/model_impl.h"
#include "unicode/unicode.h"

namespace m2v::corpus {
namespace {

double product(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0, std::plus(),
                            [](double x, double y) { return x * y; });
}

/// The tokens that are pooled: as StaticModel::encode() takes them.
std::vector<Token> pooled_tokens(const StaticModel& model, std::string_view passage,
                                 std::size_t max_length) {
  const StaticModel::Impl& impl = model.impl();
  std::u32string text = unicode::to_utf32(passage);
  std::size_t characters = 0;
  const bool endless = max_length == kNoLimit ||
                       __builtin_mul_overflow(max_length, impl.median_token_length, &characters);
  if (!endless && text.size() > characters) text.resize(characters);
  std::vector<Token> tokens = impl.tokenizer.encode_with_offsets(unicode::to_utf8(text));
  if (tokens.size() > max_length) tokens.resize(max_length);
  const auto unknown = impl.tokenizer.unknown_id();
  std::erase_if(tokens, [&](const Token& token) { return token.id == unknown; });
  return tokens;
}

/// A passage's words, and which of them each code point belongs to.
struct Words {
  std::vector<WordShare> words;
  std::vector<std::size_t> word_of;     // by code point; kNone: a blank
  std::vector<std::size_t> code_point;  // by byte; and the end

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  explicit Words(std::string_view text) : code_point(text.size() + 1) {
    CharacterClass last = CharacterClass::kAlone;
    bool apart = true;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t begin = at;
      const std::size_t index = word_of.size();
      const char32_t c = unicode::decode_utf8(text, at);
      std::fill(code_point.begin() + static_cast<std::ptrdiff_t>(begin),
                code_point.begin() + static_cast<std::ptrdiff_t>(at), index);
      if (unicode::is_whitespace(c)) {
        word_of.push_back(kNone);
        apart = true;
        continue;
      }
      const CharacterClass now = classify(c);
      if (apart || now != last || now == CharacterClass::kAlone) {
        words.push_back({.begin = index, .end = index});
      }
      words.back().end = index + 1;
      word_of.push_back(words.size() - 1);
      last = now;
      apart = false;
    }
    code_point[text.size()] = word_of.size();
  }

  /// The word of the first code point of a token that is no blank; else the nearest one.
  WordShare& word_at(std::size_t begin, std::size_t end) {
    while (begin < end && begin < word_of.size() && word_of[begin] == kNone) ++begin;
    while (begin > 0 && (begin >= word_of.size() || word_of[begin] == kNone)) --begin;
    return begin < word_of.size() && word_of[begin] != kNone ? words[word_of[begin]] : words[0];
  }
};

}  // namespace

void explain_cosine(const StaticModel& model, std::string_view passage, std::size_t max_length,
                    std::span<const float> query, Explanation& explanation) {
  std::vector<double> sum(query.size(), 0);
  for (const Token& token : pooled_tokens(model, passage, max_length)) {
    const std::vector<float> row = model.token_vector(token.id);
    std::transform(row.begin(), row.end(), sum.begin(), sum.begin(), std::plus<double>());
    explanation.tokens.push_back({token.id, token.begin, token.end, product(row, query)});
  }
  const double lengths = std::sqrt(std::inner_product(sum.begin(), sum.end(), sum.begin(), 0.0)) *
                         std::sqrt(product(query, query));
  for (TokenShare& token : explanation.tokens) {
    token.dense = lengths > 0 ? token.dense / lengths : 0;
    explanation.dense += token.dense;
  }
}

void share_among_words(std::string_view passage, const LexicalOptions& options,
                       Explanation& explanation) {
  Words words(passage);
  if (words.words.empty()) return;
  for (const TokenShare& token : explanation.tokens) {
    words.word_at(token.begin, token.end).dense += token.dense;
  }
  WordReader reader(options);
  for (reader.start(passage); reader.next();) {
    const auto term = std::ranges::find(explanation.terms, reader.term(), &TermScore::term);
    if (term == explanation.terms.end()) continue;
    const std::size_t first = words.word_of[words.code_point[reader.begin()]];
    const std::size_t last = words.word_of[words.code_point[reader.end() - 1]];
    const double share =
        term->score / static_cast<double>(term->count) / static_cast<double>(last - first + 1);
    for (std::size_t i = first; i <= last; ++i) words.words[i].lexical += share;
  }
  explanation.words = std::move(words.words);
}

}  // namespace m2v::corpus

namespace m2v {

TextRange best_sentence(std::string_view passage, const Explanation& explanation,
                        const PassageAnswer& answer) {
  constexpr std::size_t kLongest = 400;  // bytes: what is longer is no sentence to be looked at
  double dense_scale = answer.dense_scale, lexical_scale = answer.lexical_scale;
  if (dense_scale == 0 && lexical_scale == 0) {  // ranked by ranks: both kinds count alike
    if (explanation.dense > 0) dense_scale = 1 / explanation.dense;
    if (explanation.lexical > 0) lexical_scale = 1 / explanation.lexical;
  }
  TextRange best;
  double most = 0;
  std::size_t position = 0, byte = 0;  // a code point, and where it is
  const auto code_point_at = [&](std::size_t wanted) {
    while (byte < wanted) {
      unicode::decode_utf8(passage, byte);
      ++position;
    }
    return position;
  };
  auto word = explanation.words.begin();
  for (const corpus::Span& sentence : corpus::cut_into_sentences(passage, false, kLongest)) {
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
