#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "m2v/passage_search.h"

namespace m2v::cli {

/// Escape sequences for a terminal; all empty where there are no colours.
struct Palette {
  std::string_view title, place, sentence, match, faint, reset;

  static Palette plain() { return {}; }
  static Palette colours();
};

/// Colours if standard output is a terminal that has them and neither NO_COLOR nor the user
/// objects.
Palette palette_for_output(bool no_color);

struct SnippetLayout {
  std::size_t columns = 100;  ///< Of the whole line.
  std::size_t indent = 0;
  std::size_t max_lines = 0;  ///< 0: all of the passage.
};

/// A passage on indented lines, each with its LF: around the sentence if there is no room for all.
/// Blanks and control characters become single blanks.
std::string snippet(std::string_view passage, TextRange sentence,
                    std::span<const TextRange> matches, const SnippetLayout& layout,
                    const Palette& palette);

}  // namespace m2v::cli
