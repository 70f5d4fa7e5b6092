#include "documents/sentences.h"

#include <algorithm>

#include "base/ascii_space.h"
#include "text/unicode.h"

namespace m2v::documents {
namespace {

constexpr std::string_view kSetOff = "\n\r \t-*+|>#`";
constexpr std::string_view kWideStops[] = {"\u3002", "\uFF01", "\uFF1F", "\uFF61"};

/// Returns the position after any stops, quotes and brackets that close a sentence at `position`.
std::size_t skip_closers(std::string_view text, std::size_t position) {
  constexpr std::string_view kWide[] = {"\u2019", "\u201D", "\u00BB", "\u300D", "\u300F", "\uFF09"};
  while (position < text.size()) {
    const std::string_view rest = text.substr(position);
    const auto wide = std::ranges::find_if(kWide, [&](auto c) { return rest.starts_with(c); });
    if (wide != std::end(kWide)) {
      position += wide->size();
    } else if (std::string_view(".!?\"')]").find(rest[0]) != std::string_view::npos) {
      ++position;
    } else {
      break;
    }
  }
  return position;
}

/// Returns the end of the sentence that begins at `begin`.
std::size_t sentence_end(std::string_view text, std::size_t begin) {
  // E3 and EF are the first bytes of kWideStops.
  for (std::size_t at = begin; at < text.size(); ++at) {
    at = std::min(text.find_first_of(".!?\n\xE3\xEF", at), text.size());
    if (at == text.size()) break;
    const std::string_view rest = text.substr(at);
    if (text[at] == '\n') {
      // The next line is empty, indented, or an item of a list or table.
      if (rest.size() > 1 && kSetOff.find(rest[1]) != std::string_view::npos) return at;
    } else if (static_cast<unsigned char>(text[at]) >= 0x80) {
      for (const std::string_view stop : kWideStops) {
        if (rest.starts_with(stop)) return skip_closers(text, at + stop.size());
      }
    } else {
      const std::size_t end = skip_closers(text, at + 1);
      if (end == text.size() || base::is_ascii_space(text[end])) return end;
    }
  }
  return text.size();
}

}  // namespace

std::size_t cut_position(std::string_view text, std::size_t size) {
  std::size_t position = size;
  while (position > size / 2 && !base::is_ascii_space(text[position])) --position;
  if (base::is_ascii_space(text[position])) return position;
  position = size;
  while (position > size - 3 && !text::starts_character(text[position])) --position;
  return position;
}

std::vector<Span> cut_into_sentences(std::string_view text, bool at_lines, std::size_t max_bytes) {
  std::vector<Span> sentences;
  std::size_t begin = 0;
  while (true) {
    while (begin < text.size() && base::is_ascii_space(text[begin])) ++begin;
    if (begin == text.size()) return sentences;
    // Search within max_bytes only: otherwise a text without sentence ends takes quadratic time.
    const std::string_view near = text.substr(0, begin + max_bytes + 1);
    const std::size_t natural =
        at_lines ? std::min(near.find('\n', begin), near.size()) : sentence_end(near, begin);
    const std::size_t end = natural - begin <= max_bytes
                                ? natural
                                : begin + cut_position(text.substr(begin), max_bytes);
    const std::size_t size = base::trimmed(text.substr(begin, end - begin)).size();
    sentences.push_back({begin, begin + size});
    begin = end;
  }
}

}  // namespace m2v::documents
