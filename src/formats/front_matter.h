#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::formats {

/// A top-level member of the front matter, or other lines of it. The value is not parsed yet.
struct FrontMatterEntry {
  std::string key;          ///< Empty for comments and for lines that are not a member.
  bool is_comment = false;  ///< Whether the lines are blank or comments.
  std::size_t line = 0;     ///< The number of the first line in the file, counted from 1.
  std::string_view source;  ///< All its lines, with their line feeds.
  std::string_view first;   ///< The text after the colon on the first line, trimmed.
  std::string_view nested;  ///< The lines after the first one.
};

/// The YAML between two lines of "---" at the beginning of a Markdown file. The second may also be
/// "...".
struct FrontMatter {
  std::size_t size = 0;   ///< Its size in bytes, with both fences and the byte order mark.
  std::size_t lines = 0;  ///< The number of its lines, with both fences.
  std::vector<FrontMatterEntry> entries;
};

/// Splits the front matter into its members. Returns no value if the file does not begin with front
/// matter or the closing fence is missing. The views in the result live as long as `markdown`.
std::optional<FrontMatter> split_front_matter(std::string_view markdown);

/// Returns the texts of a member: one for a scalar, one per item for a list, none for null.
/// Supports plain and quoted scalars, block scalars, and lists in flow and block style. For the
/// rest of YAML (mappings, anchors, tags), returns no value and stores the reason in `problem`.
std::optional<std::vector<std::string>> read_values(const FrontMatterEntry& entry,
                                                    std::string& problem);

/// Returns a text as a YAML scalar: plain if no reader could take it for anything but a string,
/// otherwise in double quotes.
std::string to_yaml_scalar(std::string_view text);

}  // namespace m2v::formats
