#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::store {

/// A member of the front matter, as far as its first line tells.
struct FrontMatterEntry {
  std::string key;          ///< Empty: a comment, or lines that are no member.
  bool is_comment = false;  ///< Blank lines and comments alone.
  std::size_t line = 0;     ///< In the file, from 1.
  std::string_view source;  ///< All its lines, each with its line feed.
  std::string_view first;   ///< What stands behind the colon.
  std::string_view nested;  ///< The lines below it.
};

/// The YAML between two lines of "---" at the beginning of a Markdown file.
struct FrontMatter {
  std::size_t size = 0;   ///< Bytes of the file, with both lines of "---".
  std::size_t lines = 0;  ///< The same in lines.
  std::vector<FrontMatterEntry> entries;
};

/// Splits the front matter into its members. No value: the file begins otherwise, or the front
/// matter has no end. The views live as long as `markdown`.
std::optional<FrontMatter> split_front_matter(std::string_view markdown);

/// The texts of a member: a text is one, a list as many as it has, null none. Reads plain and
/// quoted text, block scalars, and lists of both spellings; no value for the rest of YAML
/// (mappings, anchors, tags), with a sentence in `problem`.
std::optional<std::vector<std::string>> read_values(const FrontMatterEntry& entry,
                                                    std::string& problem);

/// A text as YAML: plain where no reader could take it for anything else, else in double quotes.
std::string yaml_text(std::string_view text);

}  // namespace m2v::store
