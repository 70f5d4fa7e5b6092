#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace m2v::corpus {

/// A part of a text, in bytes.
struct Span {
  std::size_t begin = 0, end = 0;
};

/// Cuts a text into sentences, or into lines, without blanks around them. A sentence ends behind
/// . ! ? and a blank, behind the full stops of Chinese and Japanese, and before a line that is
/// empty or set off by a blank or a mark, as in lists and tables. What is longer than `max_bytes`
/// (at least 4) is cut between words or, if there are none, characters.
std::vector<Span> cut_into_sentences(std::string_view text, bool at_lines, std::size_t max_bytes);

/// Where to cut a text that is no good as a whole: after its first `size` bytes or fewer, between
/// words if possible, never within a character. Precondition: 4 <= size < text.size().
std::size_t cut_position(std::string_view text, std::size_t size);

}  // namespace m2v::corpus
