// Reads arbitrary bytes as a text file: compressed, UTF-16, UTF-32 or UTF-8. The first byte
// determines how many bytes are read at a time. The file must throw an Error, or its text must be
// well-formed UTF-8 that does not depend on the size of the reads, and its lines must not exceed
// the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8_check.h"
#include "m2v/error.h"
#include "text/csv_reader.h"
#include "text/json_fields.h"
#include "text/line_reader.h"

namespace {

using namespace m2v;

constexpr std::size_t kMaxText = std::size_t{1} << 22;  // a few bytes of zstd can be gigabytes

/// Returns the text, or nothing if an Error is thrown.
std::optional<std::string> text_of(std::string_view bytes, std::size_t step) {
  try {
    text::TextSource source = text::TextSource::of_memory(bytes, "fuzz");
    std::string text, part(step, '\0');
    while (const std::size_t count = source.read(part)) {
      text.append(part, 0, count);
      if (text.size() > kMaxText) break;
    }
    return text;
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// Returns the total size of the lines, counting one byte per line end.
std::size_t bytes_of_lines(std::string_view bytes) {
  text::LineReader reader(text::TextSource::of_memory(bytes, "fuzz"));
  text::JsonFields fields({"text", "label"});
  std::size_t size = 0;
  while (reader.next_block()) {
    for (std::span<char> line; reader.next(line);) {
      size += line.size() + 1;
      try {
        fields.read(line, reader.source().name(), reader.line());
        if (fields.has(0) && !base::is_utf8(fields.string(0))) std::abort();
      } catch (const FormatError&) {
      }
    }
  }
  return size;
}

void read_records(std::string_view bytes) {
  text::CsvReader reader(text::TextSource::of_memory(bytes, "fuzz"));
  std::vector<std::string_view> fields;
  try {
    while (reader.next_block()) {
      while (reader.next(fields)) {
        for (const std::string_view field : fields) {
          if (!base::is_utf8(field)) std::abort();
        }
      }
    }
  } catch (const FormatError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto text = text_of(bytes, 16 + data[0]);
  const auto again = text_of(bytes, 65'536);
  if (text.has_value() != again.has_value()) std::abort();
  if (!text || text->size() > kMaxText || again->size() > kMaxText) return 0;
  if (*text != *again || !base::is_utf8(*text)) std::abort();
  const std::size_t in_lines = bytes_of_lines(bytes);
  if (in_lines > text->size() + 1) std::abort();
  read_records(bytes);
  return 0;
}
