#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace m2v::corpus {

/// Kinds of files that are read.
enum class Kind : std::uint8_t { kText, kMarkdown, kHtml, kJsonLines, kCsv, kTsv, kCode, kPdf };

/// The kind that a file's name tells, without ".gz" or ".zst"; none: it is not read.
std::optional<Kind> kind_of(std::string_view file_name);

}  // namespace m2v::corpus
