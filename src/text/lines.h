#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace m2v::corpus {

/// Goes through a text line by line.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  /// Steps to the next line; false behind the last one. A final LF starts no line.
  bool next() {
    begin_ = after_;
    if (begin_ >= text_.size()) return false;
    const std::size_t feed = std::min(text_.find('\n', begin_), text_.size());
    after_ = feed + 1;
    end_ = feed > begin_ && text_[feed - 1] == '\r' ? feed - 1 : feed;
    ++number_;
    return true;
  }

  std::uint32_t number() const { return number_; }  ///< From 1.
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return end_; }  ///< Without LF or CR LF.
  std::string_view line() const { return text_.substr(begin_, end_ - begin_); }

 private:
  std::string_view text_;
  std::size_t begin_ = 0, end_ = 0, after_ = 0;
  std::uint32_t number_ = 0;
};

constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
inline bool is_blank(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return is_blank(c); });
}

/// The text without blanks around it.
inline std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace m2v::corpus
