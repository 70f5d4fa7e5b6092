#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace m2v::core {

/// A JSON value that keeps the order of its members, for reading settings, changing and writing
/// them again.
class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;
  Json(const Json& other);
  Json(Json&&) noexcept = default;
  Json& operator=(const Json& other) { return *this = Json(other); }
  Json& operator=(Json&&) noexcept = default;
  ~Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(static_cast<std::int64_t>(value)) {}
  Json(std::int64_t value) : value_(value) {}
  Json(std::uint64_t value) : value_(static_cast<std::int64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_number() const { return is_integer() || std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  /// Precondition for each: the value is of that kind (is_...()).
  bool boolean() const { return std::get<bool>(value_); }
  std::int64_t integer() const { return std::get<std::int64_t>(value_); }
  double number() const;
  const std::string& string() const { return std::get<std::string>(value_); }
  const Array& array() const { return std::get<Array>(value_); }
  Array& array() { return std::get<Array>(value_); }
  const Object& object() const { return std::get<Object>(value_); }
  Object& object() { return std::get<Object>(value_); }

  /// The last member of that name, as JSON readers agree on; null if this is no object or has none.
  const Json* find(std::string_view key) const;
  Json* find(std::string_view key);
  /// Replaces the member or appends it. Precondition: is_object().
  void set(std::string_view key, Json value);
  /// Removes the member if it is there. Precondition: is_object().
  void erase(std::string_view key);

  /// indent < 0: one line; otherwise one member a line, as Python's json.dump(indent=...) lays out.
  std::string dump(int indent = -1) const;

 private:
  using Value =
      std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object>;

  Value value_;
};

/// Parses UTF-8 JSON, at most 256 levels deep. `file` is what errors call it. Throws FormatError.
Json parse_json(std::string_view text, const std::string& file);

/// Reads and parses a file. Throws IoError or FormatError.
Json read_json(const std::string& path);

/// Appends `text` with JSON's escapes, without the quotes around it.
void append_json_escaped(std::string& out, std::string_view text);

/// A value together with where it stands, so that a wrong one can be reported with its JSON path.
/// Every getter throws FormatError, naming file and path, if the value is not of the kind asked.
class JsonAt {
 public:
  JsonAt(const Json& value, const std::string& file, std::string path = "$")
      : value_(&value), file_(&file), path_(std::move(path)) {}

  const Json& value() const { return *value_; }
  const std::string& file() const { return *file_; }
  const std::string& path() const { return path_; }
  bool is_null() const { return value_->is_null(); }

  JsonAt at(std::string_view key) const;                   ///< Required member.
  std::optional<JsonAt> get(std::string_view key) const;   ///< Absent or null: no value.
  std::optional<JsonAt> find(std::string_view key) const;  ///< Absent: no value.
  std::vector<JsonAt> elements() const;

  const std::string& string() const;
  bool boolean() const;
  std::int64_t integer() const;
  std::uint64_t natural() const;  ///< An integer of at least 0.
  double number() const;
  const Json::Object& object() const;

  std::string string_or(std::string_view key, std::string_view fallback) const;
  bool boolean_or(std::string_view key, bool fallback) const;
  std::uint64_t natural_or(std::string_view key, std::uint64_t fallback) const;
  double number_or(std::string_view key, double fallback) const;

  [[noreturn]] void fail(const std::string& problem) const;

 private:
  const Json* value_;
  const std::string* file_;  // outlives this, as the value does
  std::string path_;
};

}  // namespace m2v::core
