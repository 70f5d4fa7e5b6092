#include "documents/readers.h"

#include <string_view>
#include <utility>

#include "m2v/error.h"
#include "text/binary.h"
#include "text/byte_source.h"
#include "text/charset.h"
#include "text/encoding.h"
#include "text/text_source.h"

namespace m2v::documents {
namespace {

namespace fs = std::filesystem;

/// Reads a file as UTF-8 text. Throws Error if it is binary or too large.
std::string read_text_of(const fs::path& path, Kind kind, std::size_t max_bytes,
                         std::vector<std::string>& warnings) {
  std::string bytes = text::read_bytes(path, max_bytes);
  const bool has_mark = text::find_mark(bytes).size > 0;
  // UTF-16 without a byte order mark has NUL bytes like a binary file, but a page may declare it.
  const bool is_page = kind == Kind::kHtml && !text::declared_charset(bytes).name.empty();
  if (const auto binary = text::binary_kind(bytes); binary && !has_mark && !is_page) {
    throw Error(path.string() + ": is not text but " + *binary);
  }
  if (kind == Kind::kHtml) return text::html_to_utf8(std::move(bytes), path.string(), warnings);
  return text::to_utf8(std::move(bytes));
}

}  // namespace

Document read_document(const fs::path& path, Kind kind, std::size_t max_bytes,
                       std::vector<std::string>& warnings) {
  if (kind == Kind::kPdf) return read_pdf(path, max_bytes);
  std::string bytes = read_text_of(path, kind, max_bytes, warnings);
  switch (kind) {
    case Kind::kMarkdown:
      return read_markdown(std::move(bytes), path.string(), warnings);
    case Kind::kHtml:
      return read_html(bytes);
    case Kind::kJsonLines:
      return read_json_lines(bytes, path.string());
    case Kind::kCsv:
      return read_table(bytes, ',', path.string());
    case Kind::kTsv:
      return read_table(bytes, '\t', path.string());
    case Kind::kCode:
      return read_code(std::move(bytes));
    case Kind::kText:
    case Kind::kPdf:
      break;
  }
  return read_text(std::move(bytes));
}

}  // namespace m2v::documents
