#include "tokenize/normalizers/precompiled.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base64.h"
#include "tokenize/normalizers/growth.h"
#include "unicode/graphemes.h"
#include "unicode/normal_forms.h"
#include "unicode/unicode.h"

namespace m2v::tokenize {
namespace {

constexpr std::string_view kMember = "precompiled_charsmap";

std::string section_name(std::uint64_t number) { return ":charsmap." + std::to_string(number); }

constexpr std::size_t kLongestCluster = 5;  // in bytes, of those looked up as a whole

/// The text as it is rewritten.
struct Output {
  std::vector<unicode::Rewritten> text;

  /// Exchanges the next `taken` characters for `replacement`.
  void replace(std::uint32_t taken, std::string_view replacement) {
    for (std::size_t position = 0; position < replacement.size();) {
      const char32_t c = unicode::decode_utf8(replacement, position);
      text.push_back({c, taken > 0 ? 1u : 0u});
      if (taken > 0) --taken;
    }
    // What is left over counts to the character before, whichever that is. Without one the
    // reference forgets it: all that follows is then said to come from further in front.
    if (!text.empty()) text.back().taken += taken;
  }
};

/// The UTF-8 of a cluster, unless it is too long to be looked up.
std::optional<std::string> short_utf8(std::u32string_view cluster) {
  std::string utf8;
  for (const char32_t c : cluster) {
    unicode::append_utf8(c, utf8);
    if (utf8.size() > kLongestCluster) return std::nullopt;
  }
  return utf8;
}

void replace_characters(std::u32string_view cluster, const Charsmap& charsmap, Output& out) {
  std::string utf8;
  for (const char32_t c : cluster) {
    utf8.clear();
    unicode::append_utf8(c, utf8);
    if (const auto replacement = charsmap.find(utf8)) {
      out.replace(1, *replacement);
    } else {
      out.text.push_back({c, 1});
    }
  }
}

}  // namespace

Precompiled Precompiled::parse(const core::JsonAt& json, const core::Sections* compiled) {
  const core::JsonAt charsmap = json.at(kMember);
  if (compiled != nullptr && charsmap.value().is_integer()) {
    return {Charsmap::load(compiled->array<char>(section_name(charsmap.natural())), charsmap)};
  }
  const auto bytes = core::decode_base64(charsmap.string());
  if (!bytes) charsmap.fail("this is not base64");
  return {Charsmap::parse(std::vector<char>(bytes->begin(), bytes->end()), charsmap)};
}

void Precompiled::save_maps(core::Json& json, core::Sections& sections) {
  if (json.is_array()) {
    for (core::Json& element : json.array()) save_maps(element, sections);
  }
  if (!json.is_object()) return;
  for (auto& [name, value] : json.object()) {
    const bool is_map = name == kMember && value.is_string();
    const auto bytes = is_map ? core::decode_base64(value.string()) : std::nullopt;
    if (!bytes) {
      save_maps(value, sections);
      continue;
    }
    std::uint64_t number = 0;
    while (sections.has(section_name(number))) ++number;
    sections.add(section_name(number), std::string_view(*bytes));
    value = number;
  }
}

void Precompiled::normalize(AlignedText& text) const {
  const std::u32string_view characters = text.characters();
  const std::size_t original_size = text.original_size();
  Output out;
  out.text.reserve(characters.size());
  for (std::size_t begin = 0, end = 0; begin < characters.size(); begin = end) {
    end = unicode::grapheme_end(characters, begin);
    const auto cluster = characters.substr(begin, end - begin);
    const auto utf8 = short_utf8(cluster);
    const auto replacement = utf8 ? charsmap.find(*utf8) : std::nullopt;
    if (replacement) {
      out.replace(static_cast<std::uint32_t>(cluster.size()), *replacement);
    } else {
      replace_characters(cluster, charsmap, out);
    }
    check_growth(original_size, out.text.size());
  }
  text.rewrite(out.text);
}

}  // namespace m2v::tokenize
