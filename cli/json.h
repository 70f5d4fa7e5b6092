#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace m2v::cli {

/// Appends `text` as a JSON string, with its quotes. Ill-formed UTF-8 becomes U+FFFD.
void append_json(std::string& out, std::string_view text);

/// Returns the shortest decimal that parses to the same number, or "null" if `value` is infinite or
/// NaN, which JSON cannot represent.
std::string json_number(double value);
std::string json_number(float value);

/// Builds a JSON object on one line. Members keep the order in which they are added; duplicate keys
/// are not detected.
class JsonObject {
 public:
  JsonObject& add(std::string_view key, std::string_view value);
  JsonObject& add(std::string_view key, const char* value) {
    return add(key, std::string_view(value));
  }
  JsonObject& add(std::string_view key, bool value) {
    return add_raw(key, value ? "true" : "false");
  }
  JsonObject& add(std::string_view key, std::floating_point auto value) {
    return add_raw(key, json_number(value));
  }
  JsonObject& add(std::string_view key, std::integral auto value) {
    return add_raw(key, std::to_string(value));
  }
  /// Adds a member whose value is valid JSON already.
  JsonObject& add_raw(std::string_view key, std::string_view json);

  /// Returns the object with its braces.
  std::string str() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

/// Rounds to three decimals.
double rounded(double value);

}  // namespace m2v::cli
