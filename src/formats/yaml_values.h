#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::store {

/// Why a value is not one of those that we read.
struct UnreadableYaml {
  std::string problem;
};

/// The text without blanks and line ends around it.
std::string_view yaml_trim(std::string_view text);

/// Reads the quoted text that begins at text[position] and moves behind it. Throws UnreadableYaml.
std::string read_quoted(std::string_view text, std::size_t& position);

/// The value of a member of a mapping: what stands behind the colon, and the lines below that
/// belong to it. A text gives one value, a list as many as it has, null none. Throws
/// UnreadableYaml.
std::vector<std::string> read_yaml_values(std::string_view first, std::string_view nested);

}  // namespace m2v::store
