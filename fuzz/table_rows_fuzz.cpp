// Reads arbitrary bytes as a table of texts: the first byte selects the format and the kind of
// table, the rest is the file. It must throw an Error, or all rows must be complete.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8_check.h"
#include "m2v/error.h"
#include "train/table_rows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace m2v;
  if (size == 0) return 0;
  constexpr TextFormat kFormats[] = {TextFormat::kTsv, TextFormat::kCsv, TextFormat::kJsonl};
  const TextOptions options{.format = kFormats[data[0] % 3]};
  const auto kind = static_cast<train::TableKind>(data[0] / 3 % 5);
  try {
    // A copy of exactly this size, so that sanitizers detect reads beyond its end.
    const std::string content(reinterpret_cast<const char*>(data) + 1, size - 1);
    train::TableRows rows(text::TextSource::of_memory(content, "fuzz"), kind, options);
    for (train::TableRow row; rows.next(row);) {
      if (row.location.empty()) std::abort();
      if (kind == train::TableKind::kLabels && !row.several && row.labels.size() != 1) std::abort();
      for (const std::string_view part : {row.text, row.partner}) {
        if (!base::is_utf8(part)) std::abort();
      }
      for (const std::string_view label : row.labels) {
        if (!base::is_utf8(label)) std::abort();
      }
    }
  } catch (const Error&) {
  }
  return 0;
}
