#include "base/json_members.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

namespace m2v::base {
namespace {

namespace dom = simdjson::dom;
namespace ondemand = simdjson::ondemand;

static_assert(JsonMembers::kPadding >= simdjson::SIMDJSON_PADDING);

std::string_view trim_right(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

/// Returns the name of a member without unescaping it. A closing quote must follow.
std::string_view raw_name(const char* begin) {
  const char* end = begin;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return {begin, static_cast<std::size_t>(end - begin)};
}

/// Sets `raw` to the JSON text of a value. An error leaves it unchanged.
simdjson::error_code raw_value(ondemand::value value, std::string_view& raw) {
  const std::string_view token = value.raw_json_token();
  if (token[0] == '{') {
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return error;
    if (const auto error = object.raw_json().get(raw)) return error;
  } else if (token[0] == '[') {
    ondemand::array array;
    if (const auto error = value.get_array().get(array)) return error;
    if (const auto error = array.raw_json().get(raw)) return error;
  } else {
    raw = token;
  }
  raw = trim_right(raw);
  return simdjson::SUCCESS;
}

}  // namespace

struct JsonMembers::Impl {
  dom::parser strict;
  ondemand::parser lenient;
  std::vector<std::string> others;  ///< Per name, the JSON text of a value that is not a string.
  std::string copy;                 ///< A copy of an object, without control characters.
};

JsonMembers::JsonMembers(std::vector<std::string> names)
    : names_(std::move(names)), values_(names_.size()), impl_(std::make_unique<Impl>()) {
  impl_->others.resize(names_.size());
}
JsonMembers::~JsonMembers() = default;
JsonMembers::JsonMembers(JsonMembers&&) noexcept = default;
JsonMembers& JsonMembers::operator=(JsonMembers&&) noexcept = default;

// The DOM parser selects its SIMD implementation at run time and is several times as fast as the
// on-demand parser, but it rejects an object that is invalid anywhere. So it is tried first.
const char* JsonMembers::find(std::span<char> object) {
  std::ranges::fill(values_, Value());
  if (find_valid(object)) return nullptr;
  const std::string_view text(object.data(), object.size());
  return find_any(text, text);
}

std::size_t JsonMembers::index_of(std::string_view name) const noexcept {
  return static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin());
}

/// Returns false, and leaves the object unchanged, if it is not valid JSON throughout.
bool JsonMembers::find_valid(std::span<char> object) {
  dom::object members;
  const bool is_valid =
      impl_->strict.parse(object.data(), object.size(), false).get(members) == simdjson::SUCCESS;
  if (!is_valid) return false;
  for (const auto& [name, value] : members) {
    const std::size_t i = index_of(name);
    if (i == names_.size()) continue;
    values_[i].is_decoded = value.get_string().get(values_[i].text) == simdjson::SUCCESS;
    if (values_[i].is_decoded) continue;
    impl_->others[i] = simdjson::minify(value);
    values_[i].text = impl_->others[i];
  }
  std::size_t used = 0;  // never too much: decoded strings are shorter than their JSON text
  for (Value& value : values_) {
    if (!value.is_decoded) continue;
    value.text.copy(object.data() + used, value.text.size());
    value.text = {object.data() + used, value.text.size()};
    used += value.text.size();
  }
  return true;
}

/// Finds the members of an object that need not be valid throughout. `original` has the same
/// members at the same offsets; the values become parts of it.
const char* JsonMembers::find_any(std::string_view object, std::string_view original) {
  const simdjson::padded_string_view padded(object.data(), object.size(), object.size() + kPadding);
  ondemand::document document;
  auto error = impl_->lenient.iterate(padded).get(document);
  if (error == simdjson::UNESCAPED_CHARS && object.data() == original.data()) {
    std::string& copy = impl_->copy;
    copy.reserve(object.size() + kPadding);
    copy = object;
    std::ranges::replace_if(copy, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return find_any(copy, original);
  }
  ondemand::object members;
  if (error == simdjson::SUCCESS) error = document.get_object().get(members);
  if (error != simdjson::SUCCESS) return simdjson::error_message(error);
  for (auto member : members) {
    ondemand::field field;
    error = std::move(member).get(field);
    if (error != simdjson::SUCCESS) return simdjson::error_message(error);
    std::string_view name = raw_name(field.key().raw());
    if (name.find('\\') != std::string_view::npos && field.unescaped_key().get(name)) continue;
    const std::size_t i = index_of(name);
    if (i == names_.size()) continue;
    std::string_view raw;
    error = raw_value(field.value(), raw);
    if (error != simdjson::SUCCESS) return simdjson::error_message(error);
    values_[i].text =
        original.substr(static_cast<std::size_t>(raw.data() - object.data()), raw.size());
  }
  const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return at_end ? nullptr : "unexpected data after the object";
}

}  // namespace m2v::base
