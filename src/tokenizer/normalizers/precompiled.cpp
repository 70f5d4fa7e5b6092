#include "tokenizer/normalizers/precompiled.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.h"
#include "text/graphemes.h"
#include "text/normal_forms.h"
#include "text/unicode.h"
#include "tokenizer/normalizers/growth.h"

namespace m2v::tokenizer {
namespace {

constexpr std::string_view kMember = "precompiled_charsmap";

std::string section_name(std::uint64_t number) { return ":charsmap." + std::to_string(number); }

constexpr std::size_t kMaxClusterBytes = 5;  // in bytes; longer clusters are not looked up whole

/// The rewritten text.
struct Output {
  std::vector<text::Rewritten> text;

  /// Replaces the next `taken` characters of the input with `replacement`.
  void replace(std::uint32_t taken, std::string_view replacement) {
    for (std::size_t position = 0; position < replacement.size();) {
      const char32_t c = text::decode_utf8(replacement, position);
      text.push_back({c, taken > 0 ? 1u : 0u});
      if (taken > 0) --taken;
    }
    // Leftover characters count toward the last output character, even one of an earlier call. If
    // there is none, they are forgotten, as in `tokenizers`: the offsets of all following
    // characters are then too small.
    if (!text.empty()) text.back().taken += taken;
  }
};

/// Returns the UTF-8 of a cluster, or nothing if it is too long to be looked up as a whole.
std::optional<std::string> short_utf8(std::u32string_view cluster) {
  std::string utf8;
  for (const char32_t c : cluster) {
    text::append_utf8(c, utf8);
    if (utf8.size() > kMaxClusterBytes) return std::nullopt;
  }
  return utf8;
}

void replace_characters(std::u32string_view cluster, const Charsmap& charsmap, Output& out) {
  std::string utf8;
  for (const char32_t c : cluster) {
    utf8.clear();
    text::append_utf8(c, utf8);
    if (const auto replacement = charsmap.find(utf8)) {
      out.replace(1, *replacement);
    } else {
      out.text.push_back({c, 1});
    }
  }
}

}  // namespace

Precompiled Precompiled::parse(const base::JsonAt& json, const formats::Sections* compiled) {
  const base::JsonAt charsmap = json.at(kMember);
  if (compiled != nullptr && charsmap.value().is_integer()) {
    return {Charsmap::load(compiled->array<char>(section_name(charsmap.natural())), charsmap)};
  }
  const auto bytes = base::decode_base64(charsmap.string());
  if (!bytes) charsmap.fail("invalid base64");
  return {Charsmap::parse(std::vector<char>(bytes->begin(), bytes->end()), charsmap)};
}

void Precompiled::save_maps(base::Json& json, formats::Sections& sections) {
  if (json.is_array()) {
    for (base::Json& element : json.array()) save_maps(element, sections);
  }
  if (!json.is_object()) return;
  for (auto& [name, value] : json.object()) {
    const bool is_map = name == kMember && value.is_string();
    const auto bytes = is_map ? base::decode_base64(value.string()) : std::nullopt;
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
    end = text::grapheme_end(characters, begin);
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

}  // namespace m2v::tokenizer
