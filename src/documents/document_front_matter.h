#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace m2v::documents {

/// The front matter above a Markdown text.
struct DocumentFrontMatter {
  std::size_t size = 0;     ///< In bytes, with its closing line; 0 if there is none.
  std::uint32_t lines = 0;  ///< Number of its lines.
  std::string title;        ///< Value of the key `title`; empty if it is missing or unreadable.
};

/// Finds YAML between lines of "---" or TOML between lines of "+++" at the beginning of a text.
/// If the lines between "---" are not YAML with keys, the "---" are horizontal rules, and there is
/// no front matter.
DocumentFrontMatter read_document_front_matter(std::string_view markdown);

}  // namespace m2v::documents
