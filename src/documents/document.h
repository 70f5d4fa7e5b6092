#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace m2v::corpus {

/// A part of a document's text: a paragraph or a heading.
struct Block {
  std::size_t begin = 0, end = 0;  ///< Bytes of the text; a heading may be empty.
  std::uint32_t place = 1;         ///< Line or page of the file where it begins, from 1.
  std::uint8_t level = 0;          ///< 0: a paragraph; 1 to 6: a heading, 1 the highest.
  bool starts_record = false;      ///< What came before has nothing to do with it.
};

/// What Block::place counts, and whether lines of the text are lines of the file.
enum class Places : std::uint8_t { kLines, kLinesOfBlocks, kPages };

/// How many of the things that are left out are named; the others are counted.
inline constexpr std::size_t kMostNamed = 10;

/// The text of a file, and how it is divided.
struct Document {
  std::string text;
  std::string title;          ///< Above all headings; empty: none.
  std::vector<Block> blocks;  ///< In the order of the text.
  Places places = Places::kLines;
  bool cut_at_lines = false;  ///< Where a paragraph has to be cut: source code.

  std::size_t rows_left_out = 0;  ///< Rows that could not be read; 1 for all behind a fault.
  /// The first of them, a sentence each: where it is and what is wrong.
  std::vector<std::string> rows_named = {};

  void leave_out(std::string sentence) {
    if (rows_left_out++ < kMostNamed) rows_named.push_back(std::move(sentence));
  }
};

}  // namespace m2v::corpus
