#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "text/text_buffer.h"

namespace m2v::text {

/// Reads the lines of a text, block by block. LF ends a line. One CR before the LF, or at the end
/// of the text, is not part of the line; any other CR is. A final LF does not start another line.
/// Takes time linear in the length of a line, however many reads it takes.
class LineReader {
 public:
  explicit LineReader(TextSource source) : buffer_(std::move(source)) {}

  /// Reads the next block, unless the current one has lines left. Returns false at the end.
  /// Invalidates all lines returned so far. Throws as TextSource::read() does.
  bool next_block();
  /// Sets `line` to the next line of the block. It may be modified in place and is valid until
  /// next_block(). Returns false if the block has no lines left.
  bool next(std::span<char>& line);

  /// The remaining lines of the block, with their line ends.
  std::string_view rest_of_block() noexcept { return {buffer_.rest().data(), block_}; }
  std::size_t line() const noexcept { return line_; }  ///< The number of the last line, from 1.
  const TextSource& source() const noexcept { return buffer_.source(); }
  /// The number of bytes that have been read but are not part of a line returned so far.
  std::size_t unused() noexcept { return buffer_.rest().size(); }

 private:
  TextBuffer buffer_;
  std::size_t block_ = 0;  ///< The size in bytes of the complete lines that are left.
  std::size_t line_ = 0;
  bool at_end_ = false;
};

}  // namespace m2v::text
