#pragma once

#include <string>

#include "m2v/event.h"

// The formats of text files, for m2v/text_file.h and m2v/text_table.h.

namespace m2v {

/// The format of a file of texts. Any of them may be compressed by gzip or zstd. The encoding is
/// UTF-8 or, with a byte order mark, UTF-16 or UTF-32. See docs/texts.md for the rules.
enum class TextFormat {
  kByName,  ///< By extension, ignoring .gz or .zst: .tsv, .csv, .jsonl or .ndjson; otherwise lines.
  kLines,   ///< One text per line; an empty line is an empty text.
  kTsv,     ///< Tab-separated columns, without quotes. The text is the last column.
  kCsv,     ///< RFC 4180, with a header that names the columns. The text is the column `text`.
  kJsonl    ///< One JSON object per line. The text is the field `text`.
};

/// How a file of texts is read.
struct TextOptions {
  TextFormat format = TextFormat::kByName;
  /// Name of the column or field of the text, or of the first text of a pair; empty: the default of
  /// the format. If it is set, a TSV file must begin with a header.
  std::string text_field = {};
  /// The same for what accompanies the text: its label, its numbers, or the second text of a pair.
  std::string label_field = {};
  OnEvent on_event = {};  ///< Receives a warning if a first line is treated as a header.
};

}  // namespace m2v
