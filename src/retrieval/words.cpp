#include "retrieval/words.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <iterator>
#include <utility>

#include "simd/ascii.h"
#include "text/unicode.h"

namespace m2v::retrieval {
namespace {

/// ASCII letters and digits. The underscore, which joins words in source code, separates words.
constexpr std::array<bool, 128> kAsciiWord = [] {
  std::array<bool, 128> table{};
  for (std::size_t c = '0'; c <= '9'; ++c) table[c] = true;
  for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = true;
  return table;
}();

struct Range {
  char32_t first, last;
};

// Thai and Lao, Burmese, Hangul, Khmer, kana. Chinese characters have their own property bit.
constexpr Range kWithoutSpaces[] = {{0x0E00, 0x0EFF}, {0x1000, 0x109F}, {0x1100, 0x11FF},
                                    {0x1780, 0x17FF}, {0x3041, 0x30FF}, {0x31F0, 0x31FF},
                                    {0xAC00, 0xD7AF}, {0xFF66, 0xFF9F}};

}  // namespace

CharacterClass classify(char32_t c) {
  using enum CharacterClass;
  if (c < 0x80) return kAsciiWord[c] ? kLetter : kSeparator;
  const std::uint16_t properties = text::properties(c);
  if ((properties & text::kChinese) != 0) return kStandalone;
  if ((properties & text::kWord) == 0) return kSeparator;
  const bool alone = std::ranges::any_of(
      kWithoutSpaces, [c](const Range& range) { return range.first <= c && c <= range.last; });
  return alone ? kStandalone : kLetter;
}

WordReader::WordReader(const LexicalOptions& options) : options_(options) {
  std::set<std::string, std::less<>> stop_words;
  for (const std::string& word : options.stop_words) {
    start(word);
    while (next_word()) stop_words.emplace(term_);
  }
  stop_words_ = std::move(stop_words);
}

bool WordReader::next() {
  while (next_word()) {
    if (stop_words_.empty() || !stop_words_.contains(term_)) return true;
  }
  return false;
}

bool WordReader::next_word() {
  if (pair_begin_ != kNone && take_pair()) return true;
  while (position_ < text_.size()) {
    if (block_ == kNone || position_ - block_ >= kBlock) load_block(position_);
    const std::size_t offset = position_ - block_;
    const std::uint64_t next = (letters_ | others_) >> offset;
    if (next == 0) {
      position_ = std::min(block_ + kBlock, text_.size());
      continue;
    }
    const std::size_t begin = position_ + static_cast<std::size_t>(std::countr_zero(next));
    position_ = begin;
    const bool is_letter = (letters_ >> (begin - block_) & 1) != 0;
    if (is_letter ? take_plain_word(begin) : take_other(begin)) return true;
  }
  return false;
}

void WordReader::load_block(std::size_t begin) {
  const std::size_t size = std::min(kBlock, text_.size() - begin);
  const simd::AsciiClasses classes =
      simd::classify_ascii(text_.data() + begin, size, !options_.keep_case, folded_block_);
  letters_ = classes.plain & ~classes.space & ~classes.punctuation;
  others_ = ~classes.plain & (~std::uint64_t{0} >> (kBlock - size));
  block_ = begin;
}

/// Reads a word that begins with an ASCII letter or digit. Returns false if the word extends beyond
/// the block, which then has been reloaded to begin with the word.
bool WordReader::take_plain_word(std::size_t begin) {
  const std::size_t offset = begin - block_;
  const auto length = static_cast<std::size_t>(std::countr_one(letters_ >> offset));
  const std::size_t end = begin + length;
  const bool is_cut = offset + length == kBlock && end < text_.size();
  if (is_cut && offset > 0) {
    load_block(begin);
    return false;
  }
  if (is_cut || (offset + length < kBlock && (others_ >> (offset + length) & 1) != 0)) {
    take_any_word(begin);
    return true;
  }
  begin_ = begin;
  end_ = position_ = end;
  term_ = std::string_view(folded_block_ + offset, length);
  if (options_.prefix > 0) term_ = term_.substr(0, options_.prefix);
  return true;
}

/// Reads a word that begins with a character outside plain ASCII. Returns false if the character is
/// not part of a word.
bool WordReader::take_other(std::size_t begin) {
  switch (classify(text::decode_utf8(text_, position_))) {
    case CharacterClass::kSeparator:
      return false;
    case CharacterClass::kLetter:
      take_any_word(begin);
      return true;
    case CharacterClass::kStandalone:
      pair_begin_ = begin;
      fold(begin, position_);
      return true;
  }
  return false;
}

/// Reads the pair of the last word, a single character, and the character after it. Returns false
/// if the latter is not kStandalone. It is not consumed, but is the next word.
bool WordReader::take_pair() {
  const std::size_t begin = std::exchange(pair_begin_, kNone);
  std::size_t end = position_;
  if (end == text_.size() ||
      classify(text::decode_utf8(text_, end)) != CharacterClass::kStandalone) {
    return false;
  }
  fold(begin, end);
  return true;
}

void WordReader::take_any_word(std::size_t begin) {
  std::size_t end = begin;
  for (std::size_t next = begin; next < text_.size(); end = next) {
    if (classify(text::decode_utf8(text_, next)) != CharacterClass::kLetter) break;
  }
  position_ = end;
  fold(begin, end);
}

void WordReader::fold(std::size_t begin, std::size_t end) {
  begin_ = begin;
  end_ = end;
  characters_.clear();
  bool in_order = true;  // already in NFD: nothing decomposes, and there are no marks to reorder
  for (std::size_t at = begin; at < end;) {
    const char32_t c = text::decode_utf8(text_, at);
    const std::uint16_t properties = text::properties(c);
    in_order = in_order && (properties & (text::kDecomposes | text::kNonStarter)) == 0;
    if (!options_.keep_case && (properties & text::kLowercases) != 0) {
      text::append_lowercase(c, characters_);
    } else {
      characters_ += c;
    }
  }
  if (!in_order) {
    ordered_.clear();
    text::append_nfd(characters_, ordered_);
    characters_.swap(ordered_);
  }
  if (options_.fold_accents) {
    std::erase_if(characters_, [](char32_t c) { return text::is_nonspacing_mark(c); });
  }
  if (options_.prefix > 0 && characters_.size() > options_.prefix) {
    characters_.resize(options_.prefix);
  }
  folded_.clear();
  for (const char32_t c : characters_) text::append_utf8(c, folded_);
  term_ = folded_;
}

}  // namespace m2v::retrieval
