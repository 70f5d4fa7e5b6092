#include "corpus/document_front_matter.h"

#include <algorithm>

#include "corpus/lines.h"
#include "store/front_matter.h"

namespace m2v::corpus {
namespace {

std::uint32_t count_lines(std::string_view text) {
  return static_cast<std::uint32_t>(std::ranges::count(text, '\n'));
}

DocumentFrontMatter read_yaml(std::string_view markdown) {
  const auto found = store::split_front_matter(markdown);
  if (!found) return {};
  DocumentFrontMatter result{found->size, count_lines(markdown.substr(0, found->size)), {}};
  for (const store::FrontMatterEntry& entry : found->entries) {
    if (entry.key.empty() && !entry.is_comment) return {};
    std::string problem;
    if (entry.key != "title") continue;
    const auto values = store::read_values(entry, problem);
    if (values && values->size() == 1) result.title = trimmed(values->front());
  }
  return result;
}

/// The text of `title = "..."` or '...', without escapes but \" and \\; empty: it is none.
std::string toml_title(std::string_view line) {
  line = trimmed(line);
  if (!line.starts_with("title")) return {};
  line = trimmed(line.substr(5));
  if (!line.starts_with('=')) return {};
  line = trimmed(line.substr(1));
  if (line.empty() || (line[0] != '"' && line[0] != '\'')) return {};
  std::string title;
  for (std::size_t i = 1; i < line.size() && line[i] != line[0]; ++i) {
    if (line[i] == '\\' && line[0] == '"' && i + 1 < line.size()) ++i;
    title += line[i];
  }
  return title;
}

DocumentFrontMatter read_toml(std::string_view markdown) {
  DocumentFrontMatter result;
  bool in_table = false;
  for (Lines lines(markdown); lines.next();) {
    const std::string_view line = trimmed(lines.line());
    if (lines.number() == 1) {
      if (line != "+++") return {};
    } else if (line == "+++") {
      result.size = std::min(markdown.find('\n', lines.end()), markdown.size() - 1) + 1;
      result.lines = lines.number();
      return result;
    } else if (line.starts_with('[')) {
      in_table = true;
    } else if (!in_table && result.title.empty()) {
      result.title = toml_title(line);
    }
  }
  return {};
}

}  // namespace

DocumentFrontMatter read_document_front_matter(std::string_view markdown) {
  if (markdown.starts_with("+++")) return read_toml(markdown);
  return read_yaml(markdown);
}

}  // namespace m2v::corpus
