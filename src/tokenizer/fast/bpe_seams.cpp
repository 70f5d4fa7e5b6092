#include "tokenizer/fast/bpe_seams.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace m2v::tokenizer {
namespace {

using Pair = std::pair<char32_t, char32_t>;

constexpr std::string_view kAsciiPairs = ":seams.ascii";
constexpr std::string_view kOtherPairs = ":seams.others";

/// Returns the shift from a hash to a bit of a bitmap of `words` 64-bit words.
int shift_for(std::size_t words) noexcept { return 64 - std::countr_zero(64 * words); }

/// Returns the tokens indexed by id, or nothing if two have the same id, if an id is at least twice
/// the number of tokens, or if a token is empty.
std::optional<std::vector<std::string_view>> tokens_by_id(const Vocabulary& vocabulary) {
  std::vector<std::string_view> tokens(2 * vocabulary.size());
  for (const auto& [token, id] : vocabulary.entries()) {
    if (token.empty() || id >= tokens.size() || !tokens[id].empty()) return std::nullopt;
    tokens[id] = token;
  }
  return tokens;
}

/// The tokens that represent characters outside the vocabulary: the unknown token and byte tokens.
class Substitutes {
 public:
  explicit Substitutes(const Bpe& model) : unknown_(model.unknown().token()) {}

  bool starts(std::string_view token) const noexcept {
    return (!unknown_.empty() && token.starts_with(unknown_)) || is_byte(token.substr(0, kSize));
  }
  bool ends(std::string_view token) const noexcept {
    return (!unknown_.empty() && token.ends_with(unknown_)) ||
           (token.size() >= kSize && is_byte(token.substr(token.size() - kSize)));
  }

 private:
  static constexpr std::size_t kSize = std::string_view("<0xFF>").size();

  static bool is_byte(std::string_view token) noexcept {
    return token.size() == kSize && token.starts_with("<0x") && token.ends_with('>');
  }

  std::string_view unknown_;
};

char32_t first_character(std::string_view text) {
  std::size_t position = 0;
  return text::decode_utf8(text, position);
}

char32_t last_character(std::string_view text) {
  std::size_t position = text::last_character(text);
  return text::decode_utf8(text, position);
}

/// Returns the pairs of characters that merges join, sorted and without duplicates; nothing if a
/// merge has a substitute on a joining side.
std::optional<std::vector<Pair>> joined_pairs(const Bpe& model, Spelling spelling) {
  const auto tokens = tokens_by_id(model.vocabulary());
  if (!tokens) return std::nullopt;
  const Substitutes substitutes(model);
  std::vector<Pair> pairs;
  bool fits = true;
  model.merges().for_each([&](std::uint32_t left_id, std::uint32_t right_id) {
    const std::string_view left = (*tokens)[left_id];
    const std::string_view right = (*tokens)[right_id];
    fits = fits && !substitutes.ends(left) && !substitutes.starts(right);
    const auto left_words = words_spelled(spelling, left);
    const auto right_words = words_spelled(spelling, right);
    if (left_words.empty() || right_words.empty()) return;  // these tokens cannot occur in a text
    pairs.emplace_back(last_character(left_words.front()), first_character(right_words.front()));
  });
  if (!fits) return std::nullopt;
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

}  // namespace

std::optional<BpeSeams> BpeSeams::find(const Bpe& model, Spelling spelling,
                                       const formats::Sections* compiled) {
  if (model.has_affixes() || model.ignores_merges()) return std::nullopt;
  // Dropped characters would make the characters around them adjacent.
  if (!model.spells_everything() && model.unknown().token().empty()) return std::nullopt;
  if (compiled != nullptr) return load(model, spelling, *compiled);
  const auto pairs = joined_pairs(model, spelling);
  if (!pairs) return std::nullopt;
  BpeSeams seams(model, spelling);
  std::vector<std::uint8_t> ascii(kAscii * kAscii);
  std::vector<std::uint64_t> others(std::bit_ceil(16 * pairs->size() + 64) / 64);
  seams.shift_ = shift_for(others.size());
  for (const auto& [left, right] : *pairs) {
    if ((left | right) < kAscii) {
      ascii[left * kAscii + right] = 1;
    } else {
      const std::size_t location = seams.location_of(left, right);
      others[location / 64] |= std::uint64_t{1} << (location % 64);
    }
  }
  seams.ascii_ = std::move(ascii);
  seams.others_ = std::move(others);
  return seams;
}

BpeSeams::BpeSeams(const Bpe& model, Spelling spelling)
    : spells_everything_(model.spells_everything()) {
  std::string spelled;
  for (std::size_t c = 0; c < kAscii; ++c) {
    const char character = static_cast<char>(c);
    spell(spelling, {&character, 1}, spelled);
    known_[c] = model.vocabulary().find(spelled).has_value();
  }
}

std::optional<BpeSeams> BpeSeams::load(const Bpe& model, Spelling spelling,
                                       const formats::Sections& sections) {
  if (!sections.has(kAsciiPairs)) return std::nullopt;
  BpeSeams seams(model, spelling);
  seams.ascii_ = sections.array<std::uint8_t>(kAsciiPairs);
  if (seams.ascii_.size() != kAscii * kAscii) sections.fail(kAsciiPairs, "has the wrong size");
  seams.others_ = sections.array<std::uint64_t>(kOtherPairs);
  if (!std::has_single_bit(seams.others_.size())) {
    sections.fail(kOtherPairs, "its size is not a power of two");
  }
  seams.shift_ = shift_for(seams.others_.size());
  return seams;
}

void BpeSeams::save(formats::Sections& sections) const {
  sections.add(kAsciiPairs, ascii_);
  sections.add(kOtherPairs, others_);
}

}  // namespace m2v::tokenizer
