#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace m2v::base {

/// A JSON value whose objects keep the order of their members and any duplicates, so that settings
/// can be read, changed and written back. Copies are deep.
class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;  ///< null.
  Json(const Json& other);
  Json(Json&&) noexcept = default;
  Json& operator=(const Json& other) { return *this = Json(other); }
  Json& operator=(Json&&) noexcept = default;
  ~Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(static_cast<std::int64_t>(value)) {}
  Json(std::int64_t value) : value_(value) {}
  /// Precondition: the value fits into std::int64_t.
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
  /// True for integers too.
  bool is_number() const { return is_integer() || std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  // The value itself. Precondition of each getter: the corresponding is_...() is true.
  bool boolean() const { return std::get<bool>(value_); }
  std::int64_t integer() const { return std::get<std::int64_t>(value_); }
  double number() const;
  const std::string& string() const { return std::get<std::string>(value_); }
  const Array& array() const { return std::get<Array>(value_); }
  Array& array() { return std::get<Array>(value_); }
  const Object& object() const { return std::get<Object>(value_); }
  Object& object() { return std::get<Object>(value_); }

  /// Returns the member named `key`, or null if there is none or this is not an object. If the name
  /// occurs more than once, the last member counts, as in most JSON readers.
  const Json* find(std::string_view key) const;
  Json* find(std::string_view key);
  /// Replaces the member that find() returns, or appends a new one. Precondition: is_object().
  void set(std::string_view key, Json value);
  /// Removes all members of that name, if any. Precondition: is_object().
  void erase(std::string_view key);

  /// Returns the value as JSON text. A negative `indent` gives a single line without spaces;
  /// otherwise each member is on its own line, as Python's json.dump(indent=...) formats it.
  /// Infinities and NaN are written as null. Non-ASCII characters are not escaped.
  std::string dump(int indent = -1) const;

 private:
  using Value =
      std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object>;

  Value value_;
};

/// Parses JSON in UTF-8. Integers beyond the range of std::int64_t become real numbers. Throws
/// FormatError, which names `file`, if the text is not valid JSON or is nested more than 256 levels
/// deep.
Json parse_json(std::string_view text, const std::string& file);

/// Reads and parses a file. Throws IoError, or FormatError as parse_json() does.
Json read_json(const std::string& path);

/// Appends `text` to `out`, escaped for a JSON string but without the surrounding quotes.
void append_json_escaped(std::string& out, std::string_view text);

/// A JSON value together with its position, so that errors can name its JSON path. Every getter
/// throws FormatError, which names the file and the path, if the value is not of the requested
/// type. The value and the file name must outlive this object.
class JsonAt {
 public:
  JsonAt(const Json& value, const std::string& file, std::string path = "$")
      : value_(&value), file_(&file), path_(std::move(path)) {}

  const Json& value() const { return *value_; }
  const std::string& file() const { return *file_; }
  const std::string& path() const { return path_; }
  bool is_null() const { return value_->is_null(); }

  // Members of an object. All three throw FormatError if this is not an object.
  JsonAt at(std::string_view key) const;                   ///< Throws FormatError if it is absent.
  std::optional<JsonAt> get(std::string_view key) const;   ///< No value if it is absent or null.
  std::optional<JsonAt> find(std::string_view key) const;  ///< No value if it is absent.
  std::vector<JsonAt> elements() const;                    ///< The elements of an array.

  const std::string& string() const;
  bool boolean() const;
  std::int64_t integer() const;
  std::uint64_t natural() const;  ///< A non-negative integer.
  double number() const;
  const Json::Object& object() const;

  // The value of a member, or `fallback` if the member is absent or null.
  std::string string_or(std::string_view key, std::string_view fallback) const;
  bool boolean_or(std::string_view key, bool fallback) const;
  std::uint64_t natural_or(std::string_view key, std::uint64_t fallback) const;
  double number_or(std::string_view key, double fallback) const;

  /// Throws a FormatError with this file, this path and `problem`.
  [[noreturn]] void fail(const std::string& problem) const;

 private:
  const Json* value_;
  const std::string* file_;
  std::string path_;
};

}  // namespace m2v::base
