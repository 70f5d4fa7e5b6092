#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "text/text_buffer.h"

namespace m2v::text {

/// The lines of a text. LF ends a line, and one CR before it, or at the end of the text, is no part
/// of it; a CR elsewhere is. A final LF starts no line. Any number of reads finds a line in time
/// linear in its length.
class LineReader {
 public:
  explicit LineReader(TextSource source) : buffer_(std::move(source)) {}

  /// Reads on, unless there are lines left. False at the end. Lines so far are gone.
  bool next_block();
  /// The next line of the block, which may be changed in its place and lives until next_block().
  /// False if there is none left.
  bool next(std::span<char>& line);

  /// The lines of the block that are left, with their ends.
  std::string_view rest_of_block() noexcept { return {buffer_.rest().data(), block_}; }
  std::size_t line() const noexcept { return line_; }  ///< Of the last line, from 1 on.
  const TextSource& source() const noexcept { return buffer_.source(); }
  /// Bytes of the text that have been read, and are no part of lines so far.
  std::size_t unused() noexcept { return buffer_.rest().size(); }

 private:
  TextBuffer buffer_;
  std::size_t block_ = 0;  ///< Bytes of whole lines that are left.
  std::size_t line_ = 0;
  bool at_end_ = false;
};

}  // namespace m2v::text
