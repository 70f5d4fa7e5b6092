#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/text_buffer.h"

namespace m2v::text {

/// The records of a CSV text (RFC 4180): commas, and quotes around fields with commas, quotes
/// (doubled) or line ends in them; LF or CR LF ends a record. A quote within a field that does not
/// begin with one is a character like any other. Empty lines between records are none.
class CsvReader {
 public:
  explicit CsvReader(TextSource source) : buffer_(std::move(source)) {}

  /// Reads on, unless there are records left. False at the end. Fields so far are gone.
  bool next_block();
  /// The next record of the block; its fields live until next_block(). False if there is none left.
  /// Throws FormatError with the line, for a quote without an end with that where it opened.
  bool next(std::vector<std::string_view>& fields);

  std::size_t line() const noexcept { return line_; }  ///< Where the last record began, from 1 on.
  const TextSource& source() const noexcept { return buffer_.source(); }
  /// Bytes of the text that have been read, and are no part of records so far.
  std::size_t unused() noexcept { return buffer_.rest().size(); }

 private:
  enum class At { kFieldStart, kField, kQuoted, kQuote };

  void scan();
  void use(std::size_t count) noexcept;
  bool skip_empty_lines();
  std::string_view quoted_field();
  std::string_view plain_field();
  std::string_view rest() noexcept;
  static bool at_record_end(std::string_view rest) noexcept;

  TextBuffer buffer_;
  std::size_t block_ = 0;    ///< Bytes of whole records that are left.
  std::size_t scanned_ = 0;  ///< Bytes of the buffer's rest that scan() has seen.
  At at_ = At::kFieldStart;  ///< Where it stands.
  std::size_t line_ = 0, next_line_ = 1;
  bool at_end_ = false;
};

}  // namespace m2v::text
