#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace m2v::corpus {

/// What stands above a Markdown text and is no part of it.
struct DocumentFrontMatter {
  std::size_t size = 0;     ///< Bytes, with the line that ends it; 0: there is none.
  std::uint32_t lines = 0;  ///< Its lines.
  std::string title;        ///< Of the key `title`; empty: none that can be read.
};

/// Finds YAML between lines of "---" or TOML between lines of "+++" at the beginning of a text.
/// Lines of "---" around anything else than YAML's keys are rules of Markdown.
DocumentFrontMatter read_document_front_matter(std::string_view markdown);

}  // namespace m2v::corpus
