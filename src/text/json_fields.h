#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/json_members.h"

namespace m2v::text {

/// Fields of lines of JSONL, by their names. Others are passed over, whatever is in them.
class JsonFields {
 public:
  explicit JsonFields(std::vector<std::string> names) : members_(std::move(names)) {}

  /// Looks through the object on line `number` of `file`. core::JsonMembers::kPadding bytes behind
  /// it must be readable, and `file` must outlive the fields. Throws FormatError.
  void read(std::span<char> line, const std::string& file, std::size_t number);
  void read(std::span<char> line, const std::string&& file, std::size_t number) = delete;

  /// Whether the line has the field, and it is not null.
  bool has(std::size_t name) const;
  bool is_string(std::size_t name) const;
  /// The string in a field, decoded into the line, where it stays. A surrogate
  /// without its partner becomes U+FFFD. Throws FormatError if there is no string.
  std::string_view string(std::size_t name) const;
  /// Any value. Throws FormatError if there is none.
  core::Json value(std::size_t name) const;
  /// "line 7: $.text", for errors.
  std::string place(std::size_t name) const;

 private:
  [[noreturn]] void fail(const std::string& place, const std::string& problem) const;

  core::JsonMembers members_;
  std::span<char> line_;
  const std::string* file_ = nullptr;
  std::size_t number_ = 0;
};

}  // namespace m2v::text
