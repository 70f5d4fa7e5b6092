#include "documents/document_front_matter.h"

#include <algorithm>

#include "base/ascii_space.h"
#include "formats/front_matter.h"
#include "text/lines.h"

namespace m2v::documents {
namespace {

std::uint32_t count_lines(std::string_view text) {
  return static_cast<std::uint32_t>(std::ranges::count(text, '\n'));
}

DocumentFrontMatter read_yaml(std::string_view markdown) {
  const auto found = formats::split_front_matter(markdown);
  if (!found) return {};
  DocumentFrontMatter result{found->size, count_lines(markdown.substr(0, found->size)), {}};
  for (const formats::FrontMatterEntry& entry : found->entries) {
    if (entry.key.empty() && !entry.is_comment) return {};
    std::string problem;
    if (entry.key != "title") continue;
    const auto values = formats::read_values(entry, problem);
    if (values && values->size() == 1) result.title = base::trimmed(values->front());
  }
  return result;
}

/// Returns the value in a line `title = "..."` or `title = '...'`, or an empty string for any other
/// line. A backslash in double quotes stands for the character that follows it.
std::string toml_title(std::string_view line) {
  line = base::trimmed(line);
  if (!line.starts_with("title")) return {};
  line = base::trimmed(line.substr(5));
  if (!line.starts_with('=')) return {};
  line = base::trimmed(line.substr(1));
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
  for (text::Lines lines(markdown); lines.next();) {
    const std::string_view line = base::trimmed(lines.line());
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

}  // namespace m2v::documents
