#include "corpus/words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <utility>

#include "unicode/unicode.h"

namespace m2v::corpus {
namespace {

/// Letters and digits. The underscore, which joins words in programs, is none of them.
constexpr std::array<bool, 256> kAsciiWord = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = '0'; c <= '9'; ++c) table[c] = true;
  for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = true;
  return table;
}();

bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }
bool is_ascii_word(char c) noexcept { return kAsciiWord[static_cast<unsigned char>(c)]; }

struct Range {
  char32_t first, last;
};

// Thai and Lao, Burmese, Hangul, Khmer, kana. Chinese characters have a property of their own.
constexpr Range kWithoutSpaces[] = {{0x0E00, 0x0EFF}, {0x1000, 0x109F}, {0x1100, 0x11FF},
                                    {0x1780, 0x17FF}, {0x3041, 0x30FF}, {0x31F0, 0x31FF},
                                    {0xAC00, 0xD7AF}, {0xFF66, 0xFF9F}};

}  // namespace

CharacterClass classify(char32_t c) {
  using enum CharacterClass;
  if (c < 0x80) return kAsciiWord[c] ? kLetter : kBetween;
  const std::uint16_t properties = unicode::properties(c);
  if ((properties & unicode::kChinese) != 0) return kAlone;
  if ((properties & unicode::kWord) == 0) return kBetween;
  const bool alone = std::ranges::any_of(
      kWithoutSpaces, [c](const Range& range) { return range.first <= c && c <= range.last; });
  return alone ? kAlone : kLetter;
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
  if (pair_from_ != kNone && read_pair()) return true;
  while (position_ < text_.size()) {
    const std::size_t begin = position_;
    if (is_ascii(text_[begin]) && !is_ascii_word(text_[begin])) {
      ++position_;
      continue;
    }
    switch (classify(unicode::decode_utf8(text_, position_))) {
      case CharacterClass::kBetween:
        continue;
      case CharacterClass::kLetter:
        read_from(begin);
        return true;
      case CharacterClass::kAlone:
        pair_from_ = begin;
        fold(begin, position_);
        return true;
    }
  }
  return false;
}

/// The character that was the last word together with its neighbour; false if that is of no such
/// script. The neighbour is still to come.
bool WordReader::read_pair() {
  const std::size_t begin = pair_from_;
  pair_from_ = kNone;
  std::size_t end = position_;
  if (end == text_.size() || classify(unicode::decode_utf8(text_, end)) != CharacterClass::kAlone) {
    return false;
  }
  fold(begin, end);
  return true;
}

/// The word that begins there. Most are ASCII.
void WordReader::read_from(std::size_t begin) {
  std::size_t end = begin;
  while (end < text_.size() && is_ascii_word(text_[end])) ++end;
  const bool plain =
      (end == text_.size() || is_ascii(text_[end])) && !options_.keep_case && options_.prefix == 0;
  while (end < text_.size()) {
    std::size_t next = end;
    if (classify(unicode::decode_utf8(text_, next)) != CharacterClass::kLetter) break;
    end = next;
  }
  position_ = end;
  if (!plain) return fold(begin, end);
  begin_ = begin;
  end_ = end;
  buffer_.resize(end - begin);
  // Digits have the bit by which small letters differ from capital ones.
  for (std::size_t i = begin; i < end; ++i) buffer_[i - begin] = static_cast<char>(text_[i] | 0x20);
  term_ = buffer_;
}

void WordReader::fold(std::size_t begin, std::size_t end) {
  begin_ = begin;
  end_ = end;
  characters_.clear();
  bool in_order = true;  // nothing decomposes, and there are no marks to be sorted
  for (std::size_t at = begin; at < end;) {
    const char32_t c = unicode::decode_utf8(text_, at);
    const std::uint16_t properties = unicode::properties(c);
    in_order = in_order && (properties & (unicode::kDecomposes | unicode::kNonStarter)) == 0;
    if (!options_.keep_case && (properties & unicode::kLowercases) != 0) {
      unicode::append_lowercase(c, characters_);
    } else {
      characters_ += c;
    }
  }
  if (!in_order) {
    folded_.clear();
    unicode::append_nfd(characters_, folded_);
    characters_.swap(folded_);
  }
  if (options_.fold_accents) {
    std::erase_if(characters_, [](char32_t c) { return unicode::is_nonspacing_mark(c); });
  }
  if (options_.prefix > 0 && characters_.size() > options_.prefix) {
    characters_.resize(options_.prefix);
  }
  buffer_.clear();
  for (const char32_t c : characters_) unicode::append_utf8(c, buffer_);
  term_ = buffer_;
}

}  // namespace m2v::corpus
