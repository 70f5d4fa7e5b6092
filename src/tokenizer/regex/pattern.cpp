#include "tokenizer/regex/pattern.h"

#include <string>
#include <string_view>

#include "text/unicode.h"

namespace m2v::tokenizer {

Regex parse_pattern(const base::JsonAt& json) {
  if (json.object().size() != 1) json.fail("expected exactly one member, String or Regex");
  if (const auto regex = json.find("Regex")) return Regex::compile(regex->string(), *regex);
  return Regex::of_text(json.at("String").string());
}

std::vector<std::pair<std::size_t, std::size_t>> find_all(const Regex& pattern,
                                                          const AlignedText& text) {
  const std::string utf8 = text.utf8();
  std::vector<std::pair<std::size_t, std::size_t>> matches;
  pattern.find_all(utf8, matches);
  std::size_t position = 0, characters = 0;
  const auto count_to = [&](std::size_t& location) {
    const auto passed = std::string_view(utf8).substr(position, location - position);
    characters += text::count_characters(passed);
    position = location;
    location = characters;
  };
  for (auto& [begin, end] : matches) {
    count_to(begin);
    count_to(end);
  }
  return matches;
}

}  // namespace m2v::tokenizer
