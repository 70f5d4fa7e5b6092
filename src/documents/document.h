#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace m2v::documents {

/// A part of a document's text: a paragraph or a heading.
struct Block {
  std::size_t begin = 0, end = 0;  ///< Byte range [begin, end) in the text; a heading may be empty.
  std::uint32_t location = 1;      ///< Line or page of the file on which it begins, from 1.
  std::uint8_t level = 0;          ///< 0 for a paragraph; 1 (highest) to 6 for a heading.
  bool starts_record = false;      ///< Begins a record, which is unrelated to the text before it.
};

/// The unit of Block::location.
enum class LocationUnit : std::uint8_t {
  kLines,          ///< Lines; each further line of a block's text is a further line of the file.
  kLinesOfBlocks,  ///< Lines, which are known only for the beginnings of blocks.
  kPages           ///< Pages.
};

/// Maximum number of left-out files or rows that are named in warnings; the rest are only counted.
inline constexpr std::size_t kMaxNamed = 10;

/// The text of a file, divided into blocks.
struct Document {
  std::string text;
  std::string title;          ///< Title above all headings; empty if there is none.
  std::vector<Block> blocks;  ///< In the order of the text.
  LocationUnit locations = LocationUnit::kLines;
  bool cut_at_lines = false;  ///< Cut long paragraphs at lines, not sentences: source code.

  /// Number of rows that could not be read. All rows after an error that hides where rows end count
  /// as one.
  std::size_t rows_left_out = 0;
  /// One sentence for each of the first kMaxNamed of them: where it is, and what is wrong.
  std::vector<std::string> rows_named = {};

  /// Records a row that could not be read.
  void leave_out(std::string sentence) {
    if (rows_left_out++ < kMaxNamed) rows_named.push_back(std::move(sentence));
  }
};

}  // namespace m2v::documents
