#include "tokenize/regex/pattern.h"

#include <string>
#include <string_view>

#include "unicode/unicode.h"

namespace m2v::tokenize {

Regex parse_pattern(const core::JsonAt& json) {
  if (json.object().size() != 1) json.fail("one member is wanted: String or Regex");
  if (const auto regex = json.find("Regex")) return Regex::compile(regex->string(), *regex);
  return Regex::of_text(json.at("String").string());
}

std::vector<std::pair<std::size_t, std::size_t>> find_all(const Regex& pattern,
                                                          const AlignedText& text) {
  const std::string utf8 = text.utf8();
  std::vector<std::pair<std::size_t, std::size_t>> matches;
  pattern.find_all(utf8, matches);
  std::size_t position = 0, characters = 0;
  const auto count_to = [&](std::size_t& place) {
    const auto passed = std::string_view(utf8).substr(position, place - position);
    characters += unicode::count_characters(passed);
    position = place;
    place = characters;
  };
  for (auto& [begin, end] : matches) {
    count_to(begin);
    count_to(end);
  }
  return matches;
}

}  // namespace m2v::tokenize
