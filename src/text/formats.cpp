#include "text/formats.h"

#include <algorithm>

#include "base/extension.h"
#include "m2v/error.h"

namespace m2v::text {
namespace {

std::string lowercase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

TextFormat format_of(const std::filesystem::path& path, TextFormat fallback) {
  std::string extension = base::lower_extension(path);
  if (extension == ".gz" || extension == ".zst") extension = base::lower_extension(path.stem());
  if (extension == ".jsonl" || extension == ".ndjson") return TextFormat::kJsonl;
  if (extension == ".csv") return TextFormat::kCsv;
  return extension == ".tsv" ? TextFormat::kTsv : fallback;
}

std::size_t column_of(const std::vector<std::string_view>& header, std::string_view name,
                      const std::string& file, std::size_t line) {
  const auto found = std::ranges::find(header, name);
  if (found != header.end()) return static_cast<std::size_t>(found - header.begin());
  std::string there;
  for (const std::string_view cell : header) {
    constexpr std::size_t kMaxShown = 200;
    if (there.size() > kMaxShown) {
      there += ", ...";
      break;
    }
    there += (there.empty() ? "\"" : ", \"") + std::string(cell.substr(0, 40)) + "\"";
  }
  throw FormatError(file, "line " + std::to_string(line),
                    "the header has no column \"" + std::string(name) + "\"; there are " + there);
}

void split_tabs(std::string_view line, std::vector<std::string_view>& cells) {
  cells.clear();
  for (std::size_t tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
    cells.push_back(line.substr(0, tab));
    line.remove_prefix(tab + 1);
  }
  cells.push_back(line);
}

void check_column_count(std::size_t cells, std::size_t columns, const std::string& file,
                        std::size_t line) {
  if (cells == columns) return;
  throw FormatError(file, "line " + std::to_string(line),
                    "not as many columns as the header has: " + std::to_string(cells) +
                        " instead of " + std::to_string(columns));
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

void throw_blank_line_error(const std::string& file, std::size_t line) {
  throw FormatError(file, "line " + std::to_string(line), "not valid JSON: the line is empty");
}

bool is_label_name(std::string_view cell) {
  const std::string name = lowercase(cell);
  return name == "label" || name == "labels";
}

bool is_text_name(std::string_view cell) { return lowercase(cell) == "text"; }

bool is_score_name(std::string_view cell) {
  constexpr std::string_view kNames[] = {"score",     "scores",     "label",           "labels",
                                         "gold",      "gold_score", "rating",          "target",
                                         "relevance", "similarity", "similarity_score"};
  return std::ranges::find(kNames, lowercase(cell)) != std::end(kNames);
}

std::string header_warning(const std::string& file, std::string_view line) {
  std::string shown(line.substr(0, 80));
  std::ranges::replace(shown, '\t', ' ');
  return file + ": line 1 is treated as a header, not as a text: " + shown;
}

}  // namespace m2v::text
