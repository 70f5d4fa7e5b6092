#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace m2v::documents {

/// A byte range [begin, end) of a text.
struct Span {
  std::size_t begin = 0, end = 0;
};

/// Cuts a text into sentences or, if `at_lines` is set, into lines, without whitespace around them.
/// A sentence ends after . ! ? followed by whitespace, after the full stops of Chinese and
/// Japanese, and before a line that is empty or begins with whitespace or a mark, as in lists and
/// tables. Sentences of more than `max_bytes` (at least 4) are cut between words or, if that is
/// impossible, between characters.
std::vector<Span> cut_into_sentences(std::string_view text, bool at_lines, std::size_t max_bytes);

/// Returns the position at which to cut a text that is too long: at most `size`, between words if
/// possible, and never within a character. Precondition: 4 <= size < text.size().
std::size_t cut_position(std::string_view text, std::size_t size);

}  // namespace m2v::documents
