#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "m2v/passage_search.h"

namespace m2v::cli {

/// Escape sequences for a terminal; all are empty if colours are off.
struct Palette {
  std::string_view title, location, sentence, match, faint, reset;

  /// The palette without colours.
  static Palette plain() { return {}; }
  /// The palette with ANSI colours.
  static Palette colours();
};

/// Returns colours if standard output is a terminal that supports them, the environment variable
/// NO_COLOR is not set, and `no_color` is false; plain() otherwise.
Palette palette_for_output(bool no_color);

struct SnippetLayout {
  std::size_t columns = 100;  ///< Maximum width of a line, including the indentation.
  std::size_t indent = 0;     ///< Number of spaces before each line.
  std::size_t max_lines = 0;  ///< 0: no limit.
};

/// Formats a passage as indented lines, each ending in LF. If the passage has more than `max_lines`
/// lines, shows those around `sentence`, with ellipses for the rest. Prose is refilled: runs of
/// whitespace and control characters become single spaces. Lines of lists, tables and code keep
/// their line breaks and indentation. `sentence` and `matches` are ranges of code points; `matches`
/// are sorted.
std::string snippet(std::string_view passage, TextRange sentence,
                    std::span<const TextRange> matches, const SnippetLayout& layout,
                    const Palette& palette);

}  // namespace m2v::cli
