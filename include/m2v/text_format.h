#pragma once

#include <string>

#include "m2v/event.h"

namespace m2v {

/// How a file of texts is laid out. Any of them may be compressed by gzip or zstd, and be UTF-8 or,
/// with a byte order mark, UTF-16 or UTF-32; docs/texts.md has the rules.
enum class TextFormat {
  kByName,  ///< By extension, before .gz or .zst: .tsv, .csv, .jsonl or .ndjson; else lines.
  kLines,   ///< Each line is a text, the empty line too.
  kTsv,     ///< Columns between tabs, without quotes. The text is the last one.
  kCsv,     ///< RFC 4180, with a header that names the columns. The text is the column `text`.
  kJsonl    ///< A JSON object per line. The text is the field `text`.
};

/// Which part of a file is read.
struct TextOptions {
  TextFormat format = TextFormat::kByName;
  /// The column or field of the text, or of the first text of a pair, if it has another name. A TSV
  /// file begins with a header then.
  std::string text_field = {};
  /// The same of what belongs to the text: its label, its numbers, or its partner.
  std::string label_field = {};
  OnEvent on_event = {};  ///< Is told of a first line that is taken for a header.
};

}  // namespace m2v
