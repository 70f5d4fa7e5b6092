#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace m2v::cli {

/// Appends a JSON string with its quotes. Ill-formed UTF-8 becomes U+FFFD.
void append_json(std::string& out, std::string_view text);

/// The shortest decimal that reads back as the same number; null for what JSON cannot hold.
std::string json_number(double value);
std::string json_number(float value);

/// A JSON object on one line, its members in the order added.
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
  /// `json` is JSON already.
  JsonObject& add_raw(std::string_view key, std::string_view json);

  std::string str() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

/// Rounded for people: milliseconds to the microsecond, rates to the thousandth.
double rounded(double value);

}  // namespace m2v::cli
