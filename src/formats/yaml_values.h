#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::formats {

/// Thrown for YAML that is malformed or beyond the supported subset.
struct UnsupportedYaml {
  std::string problem;  ///< The reason, as a noun phrase.
};

/// Returns the text without surrounding whitespace (space, tab, CR, LF).
std::string_view yaml_trim(std::string_view text);

/// Reads the quoted scalar that begins at text[position] and advances `position` past it. Throws
/// UnsupportedYaml.
std::string read_quoted(std::string_view text, std::size_t& position);

/// Returns the values of a member of a mapping: one for a scalar, one per item for a list, none for
/// null. `first` is the text after the colon, `nested` the following lines of the member. Throws
/// UnsupportedYaml.
std::vector<std::string> read_yaml_values(std::string_view first, std::string_view nested);

}  // namespace m2v::formats
