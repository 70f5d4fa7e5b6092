#include "tokenize/added_tokens.h"

#include <algorithm>

#include "unicode/unicode.h"

namespace m2v::tokenize {
namespace {

std::size_t first_byte(std::string_view text) { return static_cast<unsigned char>(text.front()); }

/// A byte of the pattern that is seldom in a text: of "<s>" the "<", even with a mark in front.
char rare_byte(std::string_view pattern) {
  const auto is_rare = [](char byte) {
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    return byte > ' ' && byte < 0x7f && !letter && !(byte >= '0' && byte <= '9');
  };
  const auto found = std::find_if(pattern.begin(), pattern.end(), is_rare);
  return found == pattern.end() ? pattern.front() : *found;
}

/// The position at which the last character of the text begins. Precondition: not empty.
std::size_t last_character(std::string_view text) {
  std::size_t position = text.size() - 1;
  while (position > 0 && (static_cast<unsigned char>(text[position]) & 0xC0) == 0x80) --position;
  return position;
}

bool ends_with_word(std::string_view text) {
  if (text.empty()) return false;
  std::size_t position = last_character(text);
  return unicode::is_word(unicode::decode_utf8(text, position));
}

bool starts_with_word(std::string_view text) {
  if (text.empty()) return false;
  std::size_t position = 0;
  return unicode::is_word(unicode::decode_utf8(text, position));
}

/// Where the white space at the end of the text begins.
std::size_t trailing_space(std::string_view text) {
  while (!text.empty()) {
    const std::size_t last = last_character(text);
    std::size_t position = last;
    if (!unicode::is_whitespace(unicode::decode_utf8(text, position))) break;
    text = text.substr(0, last);
  }
  return text.size();
}

/// How many bytes of white space the text begins with.
std::size_t leading_space(std::string_view text) {
  std::size_t position = 0;
  while (position < text.size()) {
    std::size_t next = position;
    if (!unicode::is_whitespace(unicode::decode_utf8(text, next))) break;
    position = next;
  }
  return position;
}

}  // namespace

AddedTokenMatcher::AddedTokenMatcher(std::vector<AddedToken> tokens,
                                     const std::vector<std::string>& patterns)
    : tokens_(std::move(tokens)) {
  std::vector<Vocabulary::Entry> entries;
  for (std::size_t i = patterns.size(); i-- > 0;) {  // of equal entries a vocabulary takes the last
    entries.push_back({patterns[i], static_cast<std::uint32_t>(i)});
    is_first_byte_[first_byte(patterns[i])] = true;
    const char rare = rare_byte(patterns[i]);
    bool& known = is_rare_byte_[static_cast<unsigned char>(rare)];
    if (!known) rare_bytes_ += rare;
    known = true;
  }
  patterns_ = Vocabulary(entries);
}

bool AddedTokenMatcher::surely_absent(std::string_view text) const noexcept {
  if (rare_bytes_.size() <= 4) {  // a few memchr are faster than one look at every byte
    return std::all_of(rare_bytes_.begin(), rare_bytes_.end(),
                       [&](char c) { return text.find(c) == std::string_view::npos; });
  }
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return !is_rare_byte_[static_cast<unsigned char>(c)]; });
}

bool AddedTokenMatcher::find(std::string_view text, std::size_t from, Match& match) const {
  for (std::size_t begin = from; begin < text.size(); ++begin) {
    const std::string_view rest = text.substr(begin);
    if (!is_first_byte_[first_byte(rest)]) continue;
    const Trie::Match longest = patterns_.trie().longest_match(Trie::kRoot, rest);
    if (longest.length == 0) continue;
    match = {&tokens_[longest.value], begin, begin + longest.length};
    return true;
  }
  return false;
}

void AddedTokenMatcher::split(std::string_view text, std::vector<Segment>& segments) const {
  segments.clear();
  std::size_t done = 0;  // all before it is in a segment
  // White space in front of `blank_end`, from `blank_begin` on, is not looked at again and again.
  std::size_t blank_begin = 0;
  std::size_t blank_end = 0;
  Match match{};
  for (std::size_t from = 0; find(text, from, match);) {
    from = match.end;  // the search goes on behind the match, even if what follows refuses it
    const AddedToken& token = *match.token;
    if (token.single_word &&
        (ends_with_word(text.substr(0, match.begin)) || starts_with_word(text.substr(match.end)))) {
      continue;
    }
    std::size_t begin = match.begin;
    std::size_t end = match.end;
    if (token.lstrip) {
      begin = begin > done ? done + trailing_space(text.substr(done, begin - done)) : done;
    }
    if (token.rstrip) {
      if (end < blank_begin || end > blank_end) {
        blank_begin = end;
        blank_end = end + leading_space(text.substr(end));
      }
      end = blank_end;
    }
    if (begin >= end) continue;  // white space that the match before has taken along
    if (done < begin) segments.push_back({nullptr, text.substr(done, begin - done)});
    segments.push_back({&token, text.substr(begin, end - begin)});
    done = end;
  }
  if (done < text.size()) segments.push_back({nullptr, text.substr(done)});
}

}  // namespace m2v::tokenize
