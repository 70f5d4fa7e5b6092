#include "cli/snippet.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "cli/terminal.h"
#include "cli/utf8.h"

namespace m2v::cli {
namespace {

enum class Look : unsigned char { kPlain, kSentence, kMatch };

struct Glyph {
  std::string_view bytes;
  std::size_t width;
  Look look;
};

bool is_blank(const Glyph& glyph) { return glyph.bytes == " " || glyph.bytes == "\n"; }

bool contains(TextRange range, std::size_t position) {
  return range.begin <= position && position < range.end;
}

/// Returns whether the line break between `before` and `after` is kept, as in a list, a table or
/// code. Prose is refilled.
bool stands_alone(std::string_view before, std::string_view after) {
  constexpr std::string_view kMarks = " \t\n\r-*+|>#`/}";
  constexpr std::string_view kEnds = ";{}";
  return after.empty() || kMarks.find(after[0]) != std::string_view::npos ||
         (!before.empty() && kEnds.find(before.back()) != std::string_view::npos);
}

/// Returns the characters of a passage as they are shown: line breaks are kept only for lines that
/// stand alone, and runs of whitespace become single spaces except at the start of such a line.
std::vector<Glyph> glyphs_of(std::string_view passage, TextRange sentence,
                             std::span<const TextRange> matches) {
  std::vector<Glyph> glyphs;
  bool at_start = false;
  std::string_view rest = passage;
  for (std::size_t position = 0; !rest.empty(); ++position) {
    const Character character = next_character(rest);
    const std::string_view bytes = rest.substr(0, character.size);
    const std::string_view before = passage.substr(0, passage.size() - rest.size());
    rest.remove_prefix(character.size);
    while (!matches.empty() && matches.front().end <= position) matches = matches.subspan(1);
    const Look look = !matches.empty() && contains(matches.front(), position) ? Look::kMatch
                      : contains(sentence, position)                          ? Look::kSentence
                                                                              : Look::kPlain;
    const bool blank = character.code <= 0x20 || (character.code >= 0x7F && character.code <= 0xA0);
    if (!blank) {
      at_start = false;
      glyphs.push_back({character.valid ? bytes : "\uFFFD",
                        static_cast<std::size_t>(column_width(character.code)), look});
    } else if (glyphs.empty()) {
      continue;
    } else if (bytes == "\n" && (at_start || stands_alone(before, rest))) {
      while (glyphs.back().bytes == " ") glyphs.pop_back();
      if (glyphs.back().bytes != "\n") glyphs.push_back({"\n", 0, Look::kPlain});
      at_start = true;
    } else if (at_start || glyphs.back().bytes != " ") {
      glyphs.push_back({" ", 1, look});
    }
  }
  while (!glyphs.empty() && is_blank(glyphs.back())) glyphs.pop_back();
  return glyphs;
}

/// Returns the end of the line that begins at `begin` and is at most `max_columns` columns wide.
std::size_t line_end(const std::vector<Glyph>& glyphs, std::size_t begin, std::size_t max_columns) {
  std::size_t end = begin, width = 0;
  while (end < glyphs.size() && glyphs[end].bytes != "\n" &&
         width + glyphs[end].width <= max_columns) {
    width += glyphs[end++].width;
  }
  if (end == glyphs.size() || is_blank(glyphs[end])) return end;
  for (std::size_t blank = end; blank > begin; --blank) {
    if (glyphs[blank - 1].bytes == " ") return blank - 1;
  }
  return std::max(end, begin + 1);
}

using Line = std::span<const Glyph>;

std::vector<Line> lines_of(const std::vector<Glyph>& glyphs, std::size_t max_columns) {
  std::vector<Line> lines;
  for (std::size_t begin = 0; begin < glyphs.size();) {
    const std::size_t end = line_end(glyphs, begin, max_columns);
    lines.push_back(Line(glyphs).subspan(begin, end - begin));
    begin = end < glyphs.size() && is_blank(glyphs[end]) ? end + 1 : end;
  }
  return lines;
}

/// Returns the first of the `count` lines to show: the one before the line in which the sentence
/// begins or, if there is no space for it, that line itself.
std::size_t first_line(const std::vector<Line>& lines, std::size_t count) {
  const auto found = std::ranges::find_if(lines, [](const Line& line) {
    return std::ranges::any_of(line, [](const Glyph& g) { return g.look == Look::kSentence; });
  });
  std::size_t first = found == lines.end() ? 0 : static_cast<std::size_t>(found - lines.begin());
  if (first > 0 && count > 2) --first;
  return std::min(first, lines.size() - count);
}

void append_styled(std::string& out, const Line& line, const Palette& palette) {
  const std::string_view starts[] = {{}, palette.sentence, palette.match};
  Look look = Look::kPlain;
  for (const Glyph& glyph : line) {
    if (glyph.look != look) {
      if (look != Look::kPlain) out += palette.reset;
      look = glyph.look;
      out += starts[static_cast<std::size_t>(look)];
    }
    out += glyph.bytes;
  }
  if (look != Look::kPlain) out += palette.reset;
}

}  // namespace

Palette Palette::colours() {
  return {.title = "\033[1m",
          .location = "\033[36m",
          .sentence = "\033[1m",
          .match = "\033[1;33m",
          .faint = "\033[2m",
          .reset = "\033[0m"};
}

Palette palette_for_output(bool no_color) {
  const auto is_set = [](const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  const char* const type = std::getenv("TERM");
  const bool able = is_terminal(STDOUT_FILENO) && type != nullptr &&
                    std::string_view(type) != "dumb" && !is_set("NO_COLOR");
  return able && !no_color ? Palette::colours() : Palette::plain();
}

std::string snippet(std::string_view passage, TextRange sentence,
                    std::span<const TextRange> matches, const SnippetLayout& layout,
                    const Palette& palette) {
  constexpr std::size_t kNarrowest = 20;
  const std::vector<Glyph> glyphs = glyphs_of(passage, sentence, matches);
  const std::size_t max_columns =
      std::max(kNarrowest, layout.columns - std::min(layout.columns, layout.indent));
  // Reserve two columns for the ellipses.
  const std::vector<Line> lines =
      lines_of(glyphs, layout.max_lines > 0 ? max_columns - 2 : max_columns);
  const std::size_t count =
      layout.max_lines > 0 ? std::min(layout.max_lines, lines.size()) : lines.size();
  const std::size_t first = first_line(lines, count);
  std::string out;
  for (std::size_t i = first; i < first + count; ++i) {
    out.append(layout.indent, ' ');
    if (i == first && first > 0) out += "\u2026";
    append_styled(out, lines[i], palette);
    if (i + 1 == first + count && i + 1 < lines.size()) out += "\u2026";
    out += '\n';
  }
  return out;
}

}  // namespace m2v::cli
