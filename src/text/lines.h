#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace m2v::text {

/// Iterates over the lines of a text, which must outlive it:
///
///   for (Lines lines(text); lines.next();) use(lines.line());
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  /// Moves on to the next line. Returns false after the last one. A final LF does not start a line.
  bool next() {
    begin_ = after_;
    if (begin_ >= text_.size()) return false;
    const std::size_t feed = std::min(text_.find('\n', begin_), text_.size());
    after_ = feed + 1;
    end_ = feed > begin_ && text_[feed - 1] == '\r' ? feed - 1 : feed;
    ++number_;
    return true;
  }

  std::uint32_t number() const { return number_; }  ///< Line number, from 1.
  std::size_t begin() const { return begin_; }      ///< Position of its first byte in the text.
  std::size_t end() const { return end_; }          ///< Position of its end, before LF or CR LF.
  std::string_view line() const { return text_.substr(begin_, end_ - begin_); }
  /// The line with its end, LF or CR LF, if it has one.
  std::string_view line_with_end() const { return text_.substr(begin_, after_ - begin_); }

 private:
  std::string_view text_;
  std::size_t begin_ = 0, end_ = 0, after_ = 0;
  std::uint32_t number_ = 0;
};

}  // namespace m2v::text
