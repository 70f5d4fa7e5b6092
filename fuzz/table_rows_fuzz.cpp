// Any bytes as a table of texts: the first byte says which format and what for, the others are the
// file. It is refused with an error, or its rows are complete.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/utf8_check.h"
#include "io/table_rows.h"
#include "m2v/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace m2v;
  if (size == 0) return 0;
  constexpr TextFormat kFormats[] = {TextFormat::kTsv, TextFormat::kCsv, TextFormat::kJsonl};
  const TextOptions options{.format = kFormats[data[0] % 3]};
  const auto kind = static_cast<io::TableKind>(data[0] / 3 % 5);
  try {
    // A copy of exactly the size, so that a read beyond the end is seen.
    const std::string content(reinterpret_cast<const char*>(data) + 1, size - 1);
    io::TableRows rows(text::TextSource::of_memory(content, "fuzz"), kind, options);
    for (io::TableRow row; rows.next(row);) {
      if (row.place.empty()) std::abort();
      if (kind == io::TableKind::kLabels && !row.several && row.labels.size() != 1) std::abort();
      for (const std::string_view part : {row.text, row.partner}) {
        if (!core::is_utf8(part)) std::abort();
      }
      for (const std::string_view label : row.labels) {
        if (!core::is_utf8(label)) std::abort();
      }
    }
  } catch (const Error&) {
  }
  return 0;
}
