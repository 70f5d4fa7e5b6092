#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/scratch_text.h"

namespace m2v::io {

/// The records of a CSV file (RFC 4180): commas, and quotes around fields with commas, quotes
/// (doubled) or line ends in them; LF or CR LF. Empty lines between records are none.
class CsvRecords {
 public:
  /// `file` is for errors. Fields are views into `content` or into `decoded`.
  CsvRecords(std::string_view content, std::string file, core::ScratchText& decoded)
      : rest_(content), file_(std::move(file)), decoded_(decoded) {}

  /// The next record's fields; false at the end. Throws FormatError.
  bool next(std::vector<std::string_view>& fields);

  std::size_t line() const noexcept { return line_; }  ///< Where the last record began, from 1 on.

 private:
  std::string_view quoted_field();
  std::string_view plain_field();
  std::string_view check_end(std::string_view field);
  void skip_line_end();
  bool at_line_end() const {
    return rest_.empty() || rest_[0] == '\n' || rest_.starts_with("\r\n");
  }

  std::string_view rest_;
  std::string file_;
  core::ScratchText& decoded_;
  std::size_t line_ = 0, next_line_ = 1;
};

}  // namespace m2v::io
