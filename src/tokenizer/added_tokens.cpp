#include "tokenizer/added_tokens.h"

#include <algorithm>

#include "text/unicode.h"

namespace m2v::tokenizer {
namespace {

std::size_t first_byte(std::string_view text) { return static_cast<unsigned char>(text.front()); }

/// Returns a byte of the pattern that is rare in text: for "<s>" it is "<", even after a U+2581.
char rare_byte(std::string_view pattern) {
  const auto is_rare = [](char byte) {
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    return byte > ' ' && byte < 0x7f && !letter && !(byte >= '0' && byte <= '9');
  };
  const auto found = std::find_if(pattern.begin(), pattern.end(), is_rare);
  return found == pattern.end() ? pattern.front() : *found;
}

bool ends_with_word(std::string_view text) {
  if (text.empty()) return false;
  std::size_t position = text::last_character(text);
  return text::is_word(text::decode_utf8(text, position));
}

bool starts_with_word(std::string_view text) {
  if (text.empty()) return false;
  std::size_t position = 0;
  return text::is_word(text::decode_utf8(text, position));
}

/// Returns the position at which the trailing whitespace of the text starts.
std::size_t trailing_space(std::string_view text) {
  while (!text.empty()) {
    const std::size_t last = text::last_character(text);
    std::size_t position = last;
    if (!text::is_whitespace(text::decode_utf8(text, position))) break;
    text = text.substr(0, last);
  }
  return text.size();
}

/// Returns the size in bytes of the leading whitespace of the text.
std::size_t leading_space(std::string_view text) {
  std::size_t position = 0;
  while (position < text.size()) {
    std::size_t next = position;
    if (!text::is_whitespace(text::decode_utf8(text, next))) break;
    position = next;
  }
  return position;
}

}  // namespace

AddedTokenMatcher::AddedTokenMatcher(std::vector<AddedToken> tokens,
                                     const std::vector<std::string>& patterns)
    : tokens_(std::move(tokens)) {
  std::vector<Vocabulary::Entry> entries;
  // Backwards, because a vocabulary uses the last of several entries with the same token.
  for (std::size_t i = patterns.size(); i-- > 0;) {
    entries.push_back({patterns[i], static_cast<std::uint32_t>(i)});
    is_first_byte_[first_byte(patterns[i])] = true;
    const char rare = rare_byte(patterns[i]);
    bool& known = is_rare_byte_[static_cast<unsigned char>(rare)];
    if (!known) rare_bytes_ += rare;
    known = true;
  }
  patterns_ = Vocabulary(entries);
}

bool AddedTokenMatcher::definitely_absent(std::string_view text) const noexcept {
  if (rare_bytes_.size() <= 4) {  // a few calls of memchr are faster than testing every byte
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
  std::size_t done = 0;  // the text before it is in a segment
  // The whitespace last found by leading_space(), so that a long run is not scanned repeatedly.
  std::size_t whitespace_begin = 0;
  std::size_t whitespace_end = 0;
  Match match{};
  for (std::size_t from = 0; find(text, from, match);) {
    from = match.end;  // the search continues after the match even if the match is rejected below
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
      if (end < whitespace_begin || end > whitespace_end) {
        whitespace_begin = end;
        whitespace_end = end + leading_space(text.substr(end));
      }
      end = whitespace_end;
    }
    if (begin >= end) continue;  // whitespace that the previous match already includes
    if (done < begin) segments.push_back({nullptr, text.substr(done, begin - done)});
    segments.push_back({&token, text.substr(begin, end - begin)});
    done = end;
  }
  if (done < text.size()) segments.push_back({nullptr, text.substr(done)});
}

}  // namespace m2v::tokenizer
