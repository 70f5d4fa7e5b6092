#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "corpus/lines.h"
#include "corpus/readers.h"

namespace m2v::corpus {
namespace {

/// Gathers lines into paragraphs.
class BlockBuilder {
 public:
  explicit BlockBuilder(std::vector<Block>& blocks) : blocks_(blocks) {}

  void add_line(const Lines& lines) {
    if (!open_) blocks_.push_back({.begin = lines.begin(), .place = lines.number()});
    blocks_.back().end = lines.end();
    lines_in_block_ = open_ ? lines_in_block_ + 1 : 1;
    open_ = true;
  }
  void end_paragraph() { open_ = false; }
  bool has_one_line() const { return open_ && lines_in_block_ == 1; }

  void add_heading(const Lines& lines, std::string_view heading, std::size_t level) {
    const std::size_t begin =
        lines.begin() + static_cast<std::size_t>(heading.data() - lines.line().data());
    blocks_.push_back({.begin = begin,
                       .end = begin + heading.size(),
                       .place = lines.number(),
                       .level = static_cast<std::uint8_t>(level)});
    open_ = false;
  }
  /// The paragraph, which is one line, is a heading.
  void make_heading(std::size_t level) {
    blocks_.back().level = static_cast<std::uint8_t>(level);
    open_ = false;
  }

 private:
  std::vector<Block>& blocks_;
  bool open_ = false;
  std::size_t lines_in_block_ = 0;
};

Document in_paragraphs(std::string bytes) {
  Document document;
  document.text = std::move(bytes);
  BlockBuilder blocks(document.blocks);
  for (Lines lines(document.text); lines.next();) {
    if (is_blank(lines.line())) {
      blocks.end_paragraph();
    } else {
      blocks.add_line(lines);
    }
  }
  return document;
}

std::size_t count_leading(std::string_view text, char c) {
  return std::min(text.find_first_not_of(c), text.size());
}

/// "## Title ##" -> 2 and "Title".
std::optional<std::pair<std::size_t, std::string_view>> heading_of(std::string_view line) {
  const std::size_t level = count_leading(line, '#');
  if (level == 0 || level > 6) return std::nullopt;
  if (level < line.size() && line[level] != ' ' && line[level] != '\t') return std::nullopt;
  std::string_view title = trimmed(line.substr(level));
  const std::size_t last = title.find_last_not_of('#');
  const std::size_t kept = last == std::string_view::npos ? 0 : last + 1;
  if (kept < title.size() && (kept == 0 || title[kept - 1] == ' ')) title = title.substr(0, kept);
  return std::pair{level, trimmed(title)};
}

/// A line of = or - below a line of text makes it a heading of that level; 0: it is no such line.
std::size_t underline_level(std::string_view line) {
  line = trimmed(line);
  if (line.size() < 2 || count_leading(line, line[0]) != line.size()) return 0;
  return line[0] == '=' ? 1 : line[0] == '-' ? 2 : 0;
}

/// What opens a block of code, and closes it again: three or more ` or ~.
std::string_view fence_of(std::string_view line) {
  const std::string_view text = trimmed(line);
  if (text.empty() || (text[0] != '`' && text[0] != '~')) return {};
  const std::size_t length = count_leading(text, text[0]);
  return length >= 3 ? text.substr(0, length) : std::string_view();
}

}  // namespace

Document read_text(std::string bytes) { return in_paragraphs(std::move(bytes)); }

Document read_code(std::string bytes) {
  Document document = in_paragraphs(std::move(bytes));
  document.cut_at_lines = true;
  return document;
}

Document read_markdown(std::string bytes) {
  Document document;
  document.text = std::move(bytes);
  BlockBuilder blocks(document.blocks);
  std::string_view fence;
  for (Lines lines(document.text); lines.next();) {
    const std::string_view line = lines.line();
    const std::string_view mark = fence_of(line);
    if (fence.empty()) {
      fence = mark;
    } else if (mark.starts_with(fence) && mark.size() == trimmed(line).size()) {
      fence = {};
    }
    if (!fence.empty() || !mark.empty()) {
      if (!is_blank(line)) blocks.add_line(lines);
      continue;
    }
    const std::size_t underlined = blocks.has_one_line() ? underline_level(line) : 0;
    if (is_blank(line)) {
      blocks.end_paragraph();
    } else if (const auto heading = heading_of(line)) {
      blocks.add_heading(lines, heading->second, heading->first);
    } else if (underlined != 0) {
      blocks.make_heading(underlined);
    } else {
      blocks.add_line(lines);
    }
  }
  return document;
}

}  // namespace m2v::corpus
