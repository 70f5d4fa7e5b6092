#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::core {

/// Finds members of JSON objects by their names and passes over the others, which need not even be
/// valid: NaN, or a number of any size, costs nothing in a member that nobody asks for.
class JsonMembers {
 public:
  /// So many bytes behind an object must be readable; what they are does not matter.
  static constexpr std::size_t kPadding = 64;

  struct Value {
    /// The string, if it could be decoded; else the value as JSON. Empty and not decoded: there is
    /// no such member.
    std::string_view text = {};
    bool is_decoded = false;
  };

  explicit JsonMembers(std::vector<std::string> names);
  ~JsonMembers();
  JsonMembers(JsonMembers&&) noexcept;
  JsonMembers& operator=(JsonMembers&&) noexcept;

  /// Looks through an object in well-formed UTF-8, in whose place decoded strings are put. Returns
  /// what is wrong with it, or null.
  const char* find(std::span<char> object);

  const std::vector<std::string>& names() const noexcept { return names_; }
  /// The value of a name: of the last member of that name, as Python's json has it. A decoded
  /// string and what is not decoded are parts of the object; numbers and their like live until
  /// find().
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

}  // namespace m2v::core
