#include "text/json_fields.h"

#include <charconv>
#include <optional>

#include "m2v/error.h"
#include "text/unicode.h"

namespace m2v::text {
namespace {

constexpr std::size_t kHexDigits = 4;

/// Returns the UTF-16 code unit of the escape "\uXXXX" at the beginning of `text`.
std::optional<char32_t> escaped_unit(std::string_view text) {
  if (text.size() < 2 + kHexDigits || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  unsigned unit = 0;
  const char* const digits = text.data() + 2;
  const auto [end, error] = std::from_chars(digits, digits + kHexDigits, unit, 16);
  if (error != std::errc() || end != digits + kHexDigits) return std::nullopt;
  return unit;
}

/// Returns the character of an escape such as "\n", given the letter after the backslash.
std::optional<char> escaped_char(char c) {
  constexpr std::string_view kLetters = "\"\\/bfnrt", kMeaning = "\"\\/\b\f\n\r\t";
  const std::size_t found = kLetters.find(c);
  return found == std::string_view::npos ? std::nullopt : std::optional(kMeaning[found]);
}

/// Removes an escape "\uXXXX", or two that form a surrogate pair, from `rest` and returns the code
/// point. An unpaired surrogate gives U+FFFD.
std::optional<char32_t> take_escaped_unit(std::string_view& rest) {
  const auto first = escaped_unit(rest);
  if (!first) return std::nullopt;
  rest.remove_prefix(2 + kHexDigits);
  if (*first < 0xD800 || *first >= 0xE000) return first;
  const auto second = *first < 0xDC00 ? escaped_unit(rest) : std::nullopt;
  if (!second || *second < 0xDC00 || *second >= 0xE000) return text::kReplacement;
  rest.remove_prefix(2 + kHexDigits);
  return 0x10000 + ((*first & 0x3FF) << 10 | (*second & 0x3FF));
}

/// Decodes the content of a JSON string in place, since no escape is shorter than its character.
/// Returns no value if it contains an invalid escape or a control character.
std::optional<std::string_view> unescape(std::span<char> raw) {
  std::string_view rest(raw.data(), raw.size());
  for (const char c : rest) {
    if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
  }
  std::size_t size = rest.find('\\');
  if (size == std::string_view::npos) return rest;
  std::string character;
  for (rest.remove_prefix(size); !rest.empty();) {
    if (rest[0] != '\\') {
      const std::string_view plain = rest.substr(0, rest.find('\\'));
      std::char_traits<char>::move(raw.data() + size, plain.data(), plain.size());
      size += plain.size();
      rest.remove_prefix(plain.size());
    } else if (const auto c = rest.size() > 1 ? escaped_char(rest[1]) : std::nullopt) {
      raw[size++] = *c;
      rest.remove_prefix(2);
    } else if (const auto code = take_escaped_unit(rest)) {
      character.clear();
      text::append_utf8(*code, character);
      size += character.copy(raw.data() + size, character.size());
    } else {
      return std::nullopt;
    }
  }
  return std::string_view(raw.data(), size);
}

}  // namespace

void JsonFields::read(std::span<char> line, const std::string& file, std::size_t number) {
  line_ = line;
  file_ = &file;
  number_ = number;
  const std::string_view text(line.data(), line.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const char* problem = nullptr;
  if (first != std::string_view::npos && text[first] == '{') {
    problem = members_.find(line);
    if (problem == nullptr) return;
  }
  const std::string location = "line " + std::to_string(number);
  if (problem != nullptr) fail(location, std::string("not valid JSON: ") + problem);
  base::Json value;
  try {
    value = base::parse_json(text, file);
  } catch (const FormatError& error) {
    fail(location, std::string(error.what()).substr(file.size() + 2));
  }
  base::JsonAt(value, file, location + ": $").object();
}

bool JsonFields::has(std::size_t name) const {
  const base::JsonMembers::Value& value = members_.value(name);
  return value.is_decoded || (!value.text.empty() && value.text != "null");
}

bool JsonFields::is_string(std::size_t name) const {
  const base::JsonMembers::Value& value = members_.value(name);
  return value.is_decoded || value.text.starts_with('"');
}

std::string_view JsonFields::string(std::size_t name) const {
  const auto [raw, is_decoded] = members_.value(name);
  if (is_decoded) return raw;
  if (raw.size() < 2 || raw[0] != '"') {
    const base::Json json = value(name);
    base::JsonAt(json, *file_, location(name)).string();
  }
  const auto position = static_cast<std::size_t>(raw.data() - line_.data());
  const auto text = unescape(line_.subspan(position + 1, raw.size() - 2));
  if (!text) {
    fail(location(name),
         "not valid JSON: a control character, or an escape that JSON does not have");
  }
  return *text;
}

base::Json JsonFields::value(std::size_t name) const {
  const auto [raw, is_decoded] = members_.value(name);
  if (is_decoded) return raw;
  if (raw.empty()) {
    fail("line " + std::to_string(number_) + ": $",
         "member \"" + members_.names()[name] + "\" is missing");
  }
  if (raw[0] == '"') return string(name);
  try {
    return base::parse_json(raw, *file_);
  } catch (const FormatError& error) {
    fail(location(name), std::string(error.what()).substr(file_->size() + 2));
  }
}

std::string JsonFields::location(std::size_t name) const {
  return "line " + std::to_string(number_) + ": $." + members_.names()[name];
}

void JsonFields::fail(const std::string& location, const std::string& problem) const {
  throw FormatError(*file_, location, problem);
}

}  // namespace m2v::text
