#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::base {

/// Finds the members of JSON objects that have one of the given names and skips all others. Skipped
/// members need not be valid JSON values: they may be NaN or a number of any size, for example.
/// Reusable for many objects, by one thread at a time.
class JsonMembers {
 public:
  /// The number of bytes after an object that must be readable. Their content does not matter.
  static constexpr std::size_t kPadding = 64;

  struct Value {
    /// The decoded string if `is_decoded`, otherwise the value as JSON. If it is empty and
    /// `is_decoded` is false, the object has no such member.
    std::string_view text = {};
    bool is_decoded = false;  ///< Whether the value is a string that could be decoded.
  };

  /// `names` are the names of the members to find, without duplicates.
  explicit JsonMembers(std::vector<std::string> names);
  ~JsonMembers();
  JsonMembers(JsonMembers&&) noexcept;
  JsonMembers& operator=(JsonMembers&&) noexcept;

  /// Searches an object in well-formed UTF-8, followed by kPadding readable bytes. May overwrite
  /// the object with decoded strings. Returns null on success, otherwise an error message with
  /// static lifetime.
  const char* find(std::span<char> object);

  const std::vector<std::string>& names() const noexcept { return names_; }
  /// The value found for names()[name]. If the object has several members of that name, it is that
  /// of the last one, as in Python's json. The text is valid until the next call of find(), and
  /// only as long as the object's memory, which it may refer to.
  const Value& value(std::size_t name) const { return values_[name]; }

 private:
  struct Impl;
  bool find_valid(std::span<char> object);
  const char* find_any(std::string_view object, std::string_view original);
  std::size_t index_of(std::string_view name) const noexcept;

  std::vector<std::string> names_;
  std::vector<Value> values_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace m2v::base
