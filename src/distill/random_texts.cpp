#include "distill/random_texts.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_set>

#include "distill/template.h"

namespace m2v::distillation {
namespace {

constexpr std::size_t kMinWords = 3, kMaxWords = 12;
/// A vocabulary with fewer tokens that are marked as the beginning of a word is considered to have
/// no marks.
constexpr std::size_t kMinMarked = 100;

/// How a vocabulary distinguishes the first token of a word from the others.
struct WordMarks {
  std::vector<std::string> begins;  // prefixes of first tokens
  std::string continues;            // prefix of all other tokens; empty: none
};

WordMarks word_marks(const base::JsonAt& model) {
  const auto type = model.get("type");
  if (type && type->string() == "WordPiece") {
    return {.begins = {}, .continues = model.string_or("continuing_subword_prefix", "##")};
  }
  return {.begins = {"\u2581", "\u0120"}, .continues = {}};  // Metaspace, ByteLevel
}

bool begins_word(const std::string& token, const WordMarks& marks) {
  if (!marks.continues.empty()) return !token.starts_with(marks.continues);
  return std::ranges::any_of(marks.begins,
                             [&](const std::string& mark) { return token.starts_with(mark); });
}

/// Returns the ids, in the static model, of the tokens that can be words, most frequent first.
std::vector<std::uint32_t> find_words(const RewrittenTokenizer& rewritten, const Teacher& teacher) {
  const base::JsonAt tokenizer(rewritten.tokenizer, teacher.tokenizer_path);
  const WordMarks marks = word_marks(tokenizer.at("model"));
  std::unordered_set<std::string> added;
  if (const auto tokens = tokenizer.get("added_tokens")) {
    for (const auto& token : tokens->elements()) added.insert(token.at("content").string());
  }
  std::vector<std::uint32_t> all, words;
  for (std::size_t i = 0; i < rewritten.tokens.size(); ++i) {
    if (rewritten.original_ids[i] == RewrittenTokenizer::kNewToken ||
        added.contains(rewritten.tokens[i]))
      continue;
    all.push_back(static_cast<std::uint32_t>(i));
    if (begins_word(rewritten.tokens[i], marks)) words.push_back(all.back());
  }
  return words.size() < kMinMarked ? all : words;
}

/// Draws indices with probabilities proportional to 1 / sqrt(rank + 1), where rank is the index
/// plus 1.
class RankSampler {
 public:
  explicit RankSampler(std::size_t count) {
    double sum = 0;
    for (std::size_t rank = 1; rank <= count; ++rank) {
      sum += 1 / std::sqrt(static_cast<double>(rank + 1));
      sums_.push_back(sum);
    }
  }
  std::size_t operator()(std::mt19937_64& random) const {
    // This is identical on every machine.
    const double unit = static_cast<double>(random() >> 11) * 0x1p-53;
    const auto location = std::ranges::upper_bound(sums_, unit * sums_.back());
    return std::min<std::size_t>(static_cast<std::size_t>(location - sums_.begin()),
                                 sums_.size() - 1);
  }

 private:
  std::vector<double> sums_;
};

}  // namespace

RandomTexts random_texts(const RewrittenTokenizer& rewritten, const Teacher& teacher,
                         const encoder::Encoder& encoder, std::size_t count) {
  const std::vector<std::uint32_t> words = find_words(rewritten, teacher);
  const Template around = read_template(base::JsonAt(teacher.tokenizer, teacher.tokenizer_path));
  const std::size_t special = around.before.size() + around.after.size();
  if (words.empty() || encoder.max_length() < special + kMinWords) {
    throw std::invalid_argument("random texts: the teacher does not read three tokens at once");
  }
  const std::size_t most = std::min(kMaxWords, encoder.max_length() - special);
  const RankSampler draw(words.size());
  std::mt19937_64 random(1);
  RandomTexts texts;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::uint32_t> tokens(kMinWords + random() % (most - kMinWords + 1));
    encoder::Sequence input = around.before;
    for (std::uint32_t& token : tokens) {
      token = words[draw(random)];
      input.push_back(rewritten.original_ids[token]);
    }
    input.insert(input.end(), around.after.begin(), around.after.end());
    texts.tokens.push_back(std::move(tokens));
    texts.inputs.push_back(std::move(input));
  }
  return texts;
}

}  // namespace m2v::distillation
