// Any bytes as a table of texts: the first byte says which format and what for, the others are the
// file. It is refused with an error, or its rows are complete.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/scratch_text.h"
#include "io/table_rows.h"
#include "m2v/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace m2v;
  if (size == 0) return 0;
  constexpr TableFormat kFormats[] = {TableFormat::kTsv, TableFormat::kCsv, TableFormat::kJsonl};
  const TableFormat format = kFormats[data[0] % 3];
  const auto kind = static_cast<io::TableKind>(data[0] / 3 % 3);
  core::ScratchText decoded;
  std::size_t characters = 0;
  try {
    // A copy of exactly the size, so that a read beyond the end is seen.
    const std::string content(reinterpret_cast<const char*>(data) + 1, size - 1);
    io::TableRows rows(content, "fuzz", format, kind, decoded);
    for (io::TableRow row; rows.next(row);) {
      if (row.place.empty()) std::abort();
      if (kind == io::TableKind::kLabels && !row.several && row.labels.size() != 1) std::abort();
      for (const std::string_view part : {row.text, row.partner}) characters += part.size();
      for (const std::string_view label : row.labels) characters += label.size();
    }
    if (characters > 4 * size) std::abort();  // JSON's escapes of six characters shrink
  } catch (const Error&) {
  }
  return 0;
}
