#include "tokenizer/normalizers/replace.h"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "text/unicode.h"
#include "tokenizer/normalizers/growth.h"
#include "tokenizer/regex/pattern.h"

namespace m2v::tokenizer {
namespace {

/// The range [begin, end) of each match, in characters.
using Matches = std::vector<std::pair<std::size_t, std::size_t>>;

AlignedText replace(const AlignedText& text, const Matches& matches, std::u32string_view content) {
  AlignedText replaced;
  std::size_t done = 0;
  for (const auto& [begin, end] : matches) {
    replaced.append(text, done, begin);
    const std::uint32_t start = text.span(0).begin;
    const Span from = end > 0 ? text.span(end - 1) : Span{start, start};
    for (const char32_t c : content) replaced.push_back(c, from);
    done = end;
  }
  replaced.append(text, done, text.size());
  return replaced;
}

}  // namespace

Replace Replace::parse(const base::JsonAt& json) {
  return {parse_pattern(json.at("pattern")), text::to_utf32(json.at("content").string())};
}

void Replace::normalize(AlignedText& text) const {
  if (text.empty()) return;  // even an empty match does not count in an empty text
  const Matches matches = find_all(pattern, text);
  check_growth(text.original_size(), matches.size() * content.size());
  if (!matches.empty()) text = replace(text, matches, content);
}

}  // namespace m2v::tokenizer
