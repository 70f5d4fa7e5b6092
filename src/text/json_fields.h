#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/json_members.h"

namespace m2v::text {

/// Reads the fields of JSONL lines that have one of the given names. Other fields are skipped
/// without being validated. In all getters, `name` is an index into the names.
class JsonFields {
 public:
  explicit JsonFields(std::vector<std::string> names) : members_(std::move(names)) {}

  /// Reads the object on line `number` of `file`. base::JsonMembers::kPadding bytes after the line
  /// must be readable. The line, which may be modified, and `file` must stay valid while the
  /// getters are used. Throws FormatError if the line is not a valid JSON object.
  void read(std::span<char> line, const std::string& file, std::size_t number);
  void read(std::span<char> line, const std::string&& file, std::size_t number) = delete;

  /// Whether the line has the field with a value other than null.
  bool has(std::size_t name) const;
  bool is_string(std::size_t name) const;
  /// Returns the string in a field. It is decoded in place and lives as long as the line.
  /// Unpaired surrogates become U+FFFD. Throws FormatError if the field is absent or not a valid
  /// string. Decoding may overwrite the field, so call this or value() at most once per field and
  /// line.
  std::string_view string(std::size_t name) const;
  /// Returns the value of a field. Throws FormatError if it is absent or not valid JSON.
  base::Json value(std::size_t name) const;
  /// Returns the position of a field for error messages, such as "line 7: $.text".
  std::string location(std::size_t name) const;

 private:
  [[noreturn]] void fail(const std::string& location, const std::string& problem) const;

  base::JsonMembers members_;
  std::span<char> line_;
  const std::string* file_ = nullptr;
  std::size_t number_ = 0;
};

}  // namespace m2v::text
