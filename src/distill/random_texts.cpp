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

constexpr std::size_t kFewestWords = 3, kMostWords = 12;
/// A vocabulary with fewer tokens that are marked as a word's beginning does not mark them.
constexpr std::size_t kFewestMarked = 100;

/// How a vocabulary tells a word's first token from the others.
struct WordMarks {
  std::vector<std::string> begins;  // one of these at the beginning of the first token
  std::string continues;            // or this one at the beginning of all others
};

WordMarks word_marks(const core::JsonAt& model) {
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

/// The static model's ids of the words, the frequent ones first.
std::vector<std::uint32_t> find_words(const Surgery& surgery, const Teacher& teacher) {
  const core::JsonAt tokenizer(surgery.tokenizer, teacher.tokenizer_path);
  const WordMarks marks = word_marks(tokenizer.at("model"));
  std::unordered_set<std::string> added;
  if (const auto tokens = tokenizer.get("added_tokens")) {
    for (const auto& token : tokens->elements()) added.insert(token.at("content").string());
  }
  std::vector<std::uint32_t> all, words;
  for (std::size_t i = 0; i < surgery.tokens.size(); ++i) {
    if (surgery.original_ids[i] == Surgery::kNewToken || added.contains(surgery.tokens[i]))
      continue;
    all.push_back(static_cast<std::uint32_t>(i));
    if (begins_word(surgery.tokens[i], marks)) words.push_back(all.back());
  }
  return words.size() < kFewestMarked ? all : words;
}

/// Draws places of a list by chances that stand in no need of a sum of 1.
class Draw {
 public:
  explicit Draw(std::size_t count) {
    double sum = 0;
    for (std::size_t rank = 1; rank <= count; ++rank) {
      sum += 1 / std::sqrt(static_cast<double>(rank + 1));
      sums_.push_back(sum);
    }
  }
  std::size_t operator()(std::mt19937_64& random) const {
    const double unit = static_cast<double>(random() >> 11) * 0x1p-53;  // the same on every machine
    const auto place = std::ranges::upper_bound(sums_, unit * sums_.back());
    return std::min<std::size_t>(static_cast<std::size_t>(place - sums_.begin()), sums_.size() - 1);
  }

 private:
  std::vector<double> sums_;
};

}  // namespace

RandomTexts random_texts(const Surgery& surgery, const Teacher& teacher,
                         const encoder::Encoder& encoder, std::size_t count) {
  const std::vector<std::uint32_t> words = find_words(surgery, teacher);
  const Template around = read_template(core::JsonAt(teacher.tokenizer, teacher.tokenizer_path));
  const std::size_t special = around.before.size() + around.after.size();
  if (words.empty() || encoder.max_length() < special + kFewestWords) {
    throw std::invalid_argument("random texts: the teacher does not read three tokens at once");
  }
  const std::size_t most = std::min(kMostWords, encoder.max_length() - special);
  const Draw draw(words.size());
  std::mt19937_64 random(1);
  RandomTexts texts;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::uint32_t> tokens(kFewestWords + random() % (most - kFewestWords + 1));
    encoder::Sequence input = around.before;
    for (std::uint32_t& token : tokens) {
      token = words[draw(random)];
      input.push_back(surgery.original_ids[token]);
    }
    input.insert(input.end(), around.after.begin(), around.after.end());
    texts.tokens.push_back(std::move(tokens));
    texts.inputs.push_back(std::move(input));
  }
  return texts;
}

}  // namespace m2v::distillation
