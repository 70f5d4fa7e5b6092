#include "base/json.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <new>
#include <type_traits>
#include <utility>

#include "base/mapped_file.h"
#include "m2v/error.h"

namespace m2v::base {
namespace {

constexpr std::size_t kMaxDepth = 256;

Json convert(simdjson::dom::element element) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::ARRAY: {
      Json::Array array;
      const simdjson::dom::array items = element.get_array().value_unsafe();
      array.reserve(items.size());
      for (const simdjson::dom::element item : items) array.push_back(convert(item));
      return array;
    }
    case element_type::OBJECT: {
      Json::Object object;
      const simdjson::dom::object members = element.get_object().value_unsafe();
      object.reserve(members.size());
      for (const auto [key, value] : members) {
        object.emplace_back(std::string(key), convert(value));
      }
      return object;
    }
    case element_type::INT64:
      return element.get_int64().value_unsafe();
    case element_type::UINT64:  // only values above the range of int64 come as this type
      return static_cast<double>(element.get_uint64().value_unsafe());
    case element_type::DOUBLE:
      return element.get_double().value_unsafe();
    case element_type::STRING:
      return element.get_string().value_unsafe();
    case element_type::BOOL:
      return element.get_bool().value_unsafe();
    case element_type::NULL_VALUE:
      break;
  }
  return nullptr;
}

/// Rewrites integers of more than 18 digits as real numbers, because simdjson rejects integers
/// beyond 64 bits. Many tokenizer_config.json files have one: Python's int(1e30), for "no limit".
std::string large_integers_as_reals(std::string_view json) {
  constexpr std::string_view kNumber = "0123456789.eE+-";
  constexpr std::size_t kSafeDigits = 18;
  std::string out;
  for (std::size_t i = 0; i < json.size();) {
    std::size_t end = i + 1;
    if (json[i] == '"') {
      while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
      end = std::min(json.size(), end + 1);
    } else if (json[i] >= '0' && json[i] <= '9') {
      end = std::min(json.size(), json.find_first_not_of(kNumber, i));
    }
    const std::string_view part = json.substr(i, end - i);
    out += part;
    const bool digits = json[i] != '"' && part.find_first_not_of("0123456789") == part.npos;
    if (digits && part.size() > kSafeDigits) out += "e0";
    i = end;
  }
  return out;
}

void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  // The shortest digits that read back as the same value, formatted like Python's repr(): with an
  // exponent below 1e-4 and from 1e16 on, and with a decimal point even if the value is whole.
  char buffer[40];
  const double magnitude = std::abs(value);
  const bool scientific = magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e16);
  const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value, format);
  const std::string_view digits(buffer, static_cast<std::size_t>(result.ptr - buffer));
  out += digits;
  if (!scientific && digits.find('.') == std::string_view::npos) out += ".0";
}

void append_newline(std::string& out, int indent, int level) {
  if (indent < 0) return;
  out += '\n';
  out.append(static_cast<std::size_t>(indent * level), ' ');
}

void append(std::string& out, const Json& value, int indent, int level);

void append_string(std::string& out, std::string_view text) {
  out += '"';
  append_json_escaped(out, text);
  out += '"';
}

void append_array(std::string& out, const Json::Array& array, int indent, int level) {
  out += '[';
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (i > 0) out += ',';
    append_newline(out, indent, level + 1);
    append(out, array[i], indent, level + 1);
  }
  if (!array.empty()) append_newline(out, indent, level);
  out += ']';
}

void append_object(std::string& out, const Json::Object& object, int indent, int level) {
  out += '{';
  for (std::size_t i = 0; i < object.size(); ++i) {
    if (i > 0) out += ',';
    append_newline(out, indent, level + 1);
    append_string(out, object[i].first);
    out += indent < 0 ? ":" : ": ";
    append(out, object[i].second, indent, level + 1);
  }
  if (!object.empty()) append_newline(out, indent, level);
  out += '}';
}

void append(std::string& out, const Json& value, int indent, int level) {
  if (value.is_null()) {
    out += "null";
  } else if (value.is_bool()) {
    out += value.boolean() ? "true" : "false";
  } else if (value.is_integer()) {
    out += std::to_string(value.integer());
  } else if (value.is_number()) {
    append_number(out, value.number());
  } else if (value.is_string()) {
    append_string(out, value.string());
  } else if (value.is_array()) {
    append_array(out, value.array(), indent, level);
  } else {
    append_object(out, value.object(), indent, level);
  }
}

std::string_view kind_of(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return "a boolean";
  if (value.is_integer()) return "an integer";
  if (value.is_number()) return "a number";
  if (value.is_string()) return "a string";
  return value.is_array() ? "an array" : "an object";
}

}  // namespace

// The variant's own copy constructor is not used: if memory runs out in it, libstdc++ 12 destroys a
// value that was never constructed, since it assumes that copying strings and vectors cannot fail.
Json::Json(const Json& other)
    : value_(std::visit(
          [](const auto& value) {
            return Value(std::in_place_type<std::decay_t<decltype(value)>>, value);
          },
          other.value_)) {}

double Json::number() const {
  return is_integer() ? static_cast<double>(integer()) : std::get<double>(value_);
}

const Json* Json::find(std::string_view key) const {
  if (!is_object()) return nullptr;
  const Object& members = object();
  const auto found = std::find_if(members.rbegin(), members.rend(),
                                  [&](const Member& member) { return member.first == key; });
  return found == members.rend() ? nullptr : &found->second;
}

Json* Json::find(std::string_view key) {
  return const_cast<Json*>(static_cast<const Json*>(this)->find(key));
}

void Json::set(std::string_view key, Json value) {
  if (Json* member = find(key)) {
    *member = std::move(value);
  } else {
    object().emplace_back(std::string(key), std::move(value));
  }
}

void Json::erase(std::string_view key) {
  std::erase_if(object(), [&](const Member& member) { return member.first == key; });
}

std::string Json::dump(int indent) const {
  std::string out;
  append(out, *this, indent, 0);
  return out;
}

void append_json_escaped(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte < 0x20) {
          out += "\\u00";
          out += kHex[byte >> 4];
          out += kHex[byte & 15];
        } else {
          out += c;
        }
    }
  }
}

namespace {

/// Parses a padded copy of the text; the parser owns the document. simdjson reports a failed
/// allocation by an error code, or by a copy without data.
simdjson::error_code parse_copy(simdjson::dom::parser& parser, std::string_view text,
                                simdjson::dom::element& root) {
  const simdjson::padded_string copy(text.data(), text.size());
  if (copy.data() == nullptr) throw std::bad_alloc();
  const simdjson::error_code error = parser.parse(copy).get(root);
  if (error == simdjson::MEMALLOC) throw std::bad_alloc();
  return error;
}

}  // namespace

Json parse_json(std::string_view text, const std::string& file) {
  simdjson::dom::parser parser;
  const simdjson::error_code allocated = parser.allocate(text.size(), kMaxDepth);
  if (allocated == simdjson::MEMALLOC) throw std::bad_alloc();
  if (allocated != simdjson::SUCCESS) {
    throw FormatError(file, "", "JSON of " + std::to_string(text.size()) + " bytes is too large");
  }
  simdjson::dom::element root;
  simdjson::error_code error = parse_copy(parser, text, root);
  if (error == simdjson::NUMBER_ERROR) {
    error = parse_copy(parser, large_integers_as_reals(text), root);
  }
  if (error != simdjson::SUCCESS) {
    throw FormatError(file, "", std::string("not valid JSON: ") + simdjson::error_message(error));
  }
  return convert(root);
}

Json read_json(const std::string& path) { return parse_json(read_characters(path).view(), path); }

JsonAt JsonAt::at(std::string_view key) const {
  object();
  const Json* member = value_->find(key);
  if (member == nullptr) fail("member \"" + std::string(key) + "\" is missing");
  return {*member, *file_, path_ + "." + std::string(key)};
}

std::optional<JsonAt> JsonAt::find(std::string_view key) const {
  object();
  const Json* member = value_->find(key);
  if (member == nullptr) return std::nullopt;
  return JsonAt(*member, *file_, path_ + "." + std::string(key));
}

std::optional<JsonAt> JsonAt::get(std::string_view key) const {
  auto member = find(key);
  return member && !member->is_null() ? std::move(member) : std::nullopt;
}

std::vector<JsonAt> JsonAt::elements() const {
  if (!value_->is_array()) fail("expected an array, found " + std::string(kind_of(*value_)));
  std::vector<JsonAt> all;
  all.reserve(value_->array().size());
  for (const Json& element : value_->array()) {
    all.emplace_back(element, *file_, path_ + "[" + std::to_string(all.size()) + "]");
  }
  return all;
}

const std::string& JsonAt::string() const {
  if (!value_->is_string()) fail("expected a string, found " + std::string(kind_of(*value_)));
  return value_->string();
}

bool JsonAt::boolean() const {
  if (!value_->is_bool()) fail("expected true or false, found " + std::string(kind_of(*value_)));
  return value_->boolean();
}

std::int64_t JsonAt::integer() const {
  if (!value_->is_integer()) fail("expected an integer, found " + std::string(kind_of(*value_)));
  return value_->integer();
}

std::uint64_t JsonAt::natural() const {
  const std::int64_t value = integer();
  if (value < 0) fail("expected a non-negative integer, found " + std::to_string(value));
  return static_cast<std::uint64_t>(value);
}

double JsonAt::number() const {
  if (!value_->is_number()) fail("expected a number, found " + std::string(kind_of(*value_)));
  return value_->number();
}

const Json::Object& JsonAt::object() const {
  if (!value_->is_object()) fail("expected an object, found " + std::string(kind_of(*value_)));
  return value_->object();
}

std::string JsonAt::string_or(std::string_view key, std::string_view fallback) const {
  const auto member = get(key);
  return member ? member->string() : std::string(fallback);
}

bool JsonAt::boolean_or(std::string_view key, bool fallback) const {
  const auto member = get(key);
  return member ? member->boolean() : fallback;
}

std::uint64_t JsonAt::natural_or(std::string_view key, std::uint64_t fallback) const {
  const auto member = get(key);
  return member ? member->natural() : fallback;
}

double JsonAt::number_or(std::string_view key, double fallback) const {
  const auto member = get(key);
  return member ? member->number() : fallback;
}

void JsonAt::fail(const std::string& problem) const { throw FormatError(*file_, path_, problem); }

}  // namespace m2v::base
