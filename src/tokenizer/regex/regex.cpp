#include "tokenizer/regex/regex.h"

#include <stdexcept>

namespace m2v::tokenizer {

Regex Regex::compile(const std::string& pattern, const base::JsonAt& where) {
  if (auto common = CommonPattern::parse(pattern)) return {pattern, *std::move(common)};
  try {
    return {pattern, OnigPattern(pattern, OnigPattern::Syntax::kOniguruma)};
  } catch (const std::invalid_argument& problem) {
    where.fail("the regular expression \"" + pattern + "\" cannot be used: " + problem.what());
  }
}

Regex Regex::of_text(const std::string& text) {
  if (text.empty()) return {text, CommonPattern::parse(text).value()};  // matches everywhere
  return {text, Text{text}};
}

void Regex::find_all(std::string_view utf8,
                     std::vector<std::pair<std::size_t, std::size_t>>& matches) const {
  matches.clear();
  std::visit([&](const auto& matcher) { matcher.find_all(utf8, matches); }, matcher_);
}

void Regex::Text::find_all(std::string_view utf8,
                           std::vector<std::pair<std::size_t, std::size_t>>& matches) const {
  for (std::size_t begin = utf8.find(text); begin != std::string_view::npos;) {
    const std::size_t end = begin + text.size();
    matches.emplace_back(begin, end);
    begin = utf8.find(text, end);
  }
}

}  // namespace m2v::tokenizer
