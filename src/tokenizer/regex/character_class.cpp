#include "tokenizer/regex/character_class.h"

#include <algorithm>
#include <array>

#include "text/unicode.h"

namespace m2v::tokenizer {
namespace {

// Each character has several kinds, one bit each: its general category; whitespace or not; word
// character or not.
constexpr std::array<std::u32string_view, 30> kCategories = {
    U"Lu", U"Ll", U"Lt", U"Lm", U"Lo", U"Mn", U"Mc", U"Me", U"Nd", U"Nl",
    U"No", U"Pc", U"Pd", U"Ps", U"Pe", U"Pi", U"Pf", U"Po", U"Sm", U"Sc",
    U"Sk", U"So", U"Zs", U"Zl", U"Zp", U"Cc", U"Cf", U"Cs", U"Co", U"Cn"};
constexpr std::uint64_t kAllCategories = (std::uint64_t{1} << kCategories.size()) - 1;
constexpr std::uint64_t kSpace = kAllCategories + 1;
constexpr std::uint64_t kNotSpace = kSpace << 1;
constexpr std::uint64_t kWord = kSpace << 2;
constexpr std::uint64_t kNotWord = kSpace << 3;

constexpr std::uint64_t bit_of(text::Category category) {
  return std::uint64_t{1} << static_cast<unsigned>(category);
}

std::uint64_t kinds_of(char32_t c) noexcept {
  const text::RegexClass found = text::regex_class(c);
  return bit_of(found.category) | (text::is_whitespace(c) ? kSpace : kNotSpace) |
         (found.is_word ? kWord : kNotWord);
}

/// Returns the categories with a name such as Lu, or L for all that start with it; 0 if none match.
std::uint64_t categories_named(std::u32string_view name) noexcept {
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < kCategories.size(); ++i) {
    const bool group = name.size() == 1 && kCategories[i][0] == name[0];
    if (group || kCategories[i] == name) found |= std::uint64_t{1} << i;
  }
  return found;
}

}  // namespace

void CharacterClass::add(char32_t first, char32_t last) {
  ranges_.emplace_back(first, last);
  update_ascii();
}

bool CharacterClass::add_property(std::u32string_view name, bool negated) {
  const std::uint64_t categories = categories_named(name);
  kinds_ |= negated ? kAllCategories & ~categories : categories;
  update_ascii();
  return categories != 0;
}

bool CharacterClass::add_shorthand(char32_t letter) {
  constexpr std::uint64_t kDigit = bit_of(text::Category::kNd);
  constexpr std::array<std::pair<char32_t, std::uint64_t>, 6> kShorthands = {
      {{U's', kSpace},
       {U'S', kNotSpace},
       {U'd', kDigit},
       {U'D', kAllCategories & ~kDigit},
       {U'w', kWord},
       {U'W', kNotWord}}};
  for (const auto& [name, kinds] : kShorthands) {
    if (name != letter) continue;
    kinds_ |= kinds;
    update_ascii();
    return true;
  }
  return false;
}

void CharacterClass::invert() {
  inverted_ = !inverted_;
  update_ascii();
}

bool CharacterClass::contains_slowly(char32_t c) const noexcept {
  const bool within = (kinds_ != 0 && (kinds_ & kinds_of(c)) != 0) ||
                      std::ranges::any_of(ranges_, [c](const auto& range) {
                        return range.first <= c && c <= range.second;
                      });
  return within != inverted_;
}

void CharacterClass::update_ascii() {
  for (char32_t c = 0; c < ascii_.size(); ++c) ascii_[c] = contains_slowly(c);
}

}  // namespace m2v::tokenizer
