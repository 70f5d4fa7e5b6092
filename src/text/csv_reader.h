#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/text_buffer.h"

namespace m2v::text {

/// Reads the records of a CSV text (RFC 4180), block by block. Fields are separated by commas and
/// quoted if they contain commas, quotes (doubled) or line ends; LF or CR LF ends a record. A quote
/// in a field that does not begin with one is an ordinary character. Empty lines between records
/// are skipped.
class CsvReader {
 public:
  explicit CsvReader(TextSource source) : buffer_(std::move(source)) {}

  /// Reads the next block, unless the current one has records left. Returns false at the end.
  /// Invalidates all fields returned so far. Throws as TextSource::read() does.
  bool next_block();
  /// Sets `fields` to the next record of the block; they are valid until next_block(). Returns
  /// false if the block has no records left. Throws FormatError, which names the line, if a quoted
  /// field is followed by other text or has no closing quote (the line is that of the opening one).
  bool next(std::vector<std::string_view>& fields);

  /// The line on which the last record begins, counted from 1.
  std::size_t line() const noexcept { return line_; }
  const TextSource& source() const noexcept { return buffer_.source(); }
  /// The number of bytes that have been read but are not part of a record returned so far.
  std::size_t unused() noexcept { return buffer_.rest().size(); }

 private:
  /// The states of scan(). kQuote is after a quote in a quoted field, which may end it.
  enum class At { kFieldStart, kField, kQuoted, kQuote };

  void scan();
  void use(std::size_t count) noexcept;
  bool skip_empty_lines();
  std::string_view quoted_field();
  std::string_view plain_field();
  std::string_view rest() noexcept;
  static bool at_record_end(std::string_view rest) noexcept;

  TextBuffer buffer_;
  std::size_t block_ = 0;    ///< The size in bytes of the complete records that are left.
  std::size_t scanned_ = 0;  ///< The number of bytes of the buffer's rest that scan() has seen.
  At at_ = At::kFieldStart;  ///< The state of scan() after these bytes.
  std::size_t line_ = 0, next_line_ = 1;
  bool at_end_ = false;
};

}  // namespace m2v::text
