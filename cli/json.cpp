#include "cli/json.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "cli/utf8.h"

namespace m2v::cli {
namespace {

template <class Float>
std::string shortest(Float value) {
  if (!std::isfinite(value)) return "null";
  char digits[64];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  return {digits, end};
}

void append_control(std::string& out, unsigned char byte) {
  switch (byte) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default: {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(byte));
      out += escape;
    }
  }
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const Character character = next_character(text);
    if (!character.valid) {
      out += "\uFFFD";
    } else if (character.code < 0x20) {
      append_control(out, static_cast<unsigned char>(character.code));
    } else {
      if (character.code == '"' || character.code == '\\') out += '\\';
      out += text.substr(0, character.size);
    }
    text.remove_prefix(character.size);
  }
  out += '"';
}

std::string json_number(double value) { return shortest(value); }
std::string json_number(float value) { return shortest(value); }

JsonObject& JsonObject::add(std::string_view key, std::string_view value) {
  std::string json;
  append_json(json, value);
  return add_raw(key, json);
}

JsonObject& JsonObject::add_raw(std::string_view key, std::string_view json) {
  if (text_.size() > 1) text_ += ", ";
  append_json(text_, key);
  text_ += ": ";
  text_ += json;
  return *this;
}

double rounded(double value) { return std::round(value * 1000.0) / 1000.0; }

}  // namespace m2v::cli
