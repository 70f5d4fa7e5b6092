#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace m2v::documents {

/// The kinds of files that can be read. kText is plain text, kCode source code.
enum class Kind : std::uint8_t { kText, kMarkdown, kHtml, kJsonLines, kCsv, kTsv, kCode, kPdf };

/// Returns the kind of a file by its name, ignoring ASCII case and a final ".gz" or ".zst", or
/// nothing if the kind is unknown.
std::optional<Kind> kind_of(std::string_view file_name);

}  // namespace m2v::documents
