#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace m2v::store {

/// A member of the front matter: a text gives one value, a list as many as it has, null none.
struct FrontMatterEntry {
  std::string key;
  std::vector<std::string> values;
};

/// Reads the YAML between two lines of "---" at the beginning of a Markdown file, as far as model
/// cards need it: `key: value`, quoted text, lists of both spellings. Of the members not in `keys`
/// only the first line is looked at. What cannot be read gives a warning, "FILE: line N: ...", and
/// is left out.
std::vector<FrontMatterEntry> read_front_matter(std::string_view markdown,
                                                const std::vector<std::string_view>& keys,
                                                const std::string& file,
                                                std::vector<std::string>& warnings);

/// A text as YAML: plain where no reader could take it for anything else, else in double quotes.
std::string yaml_text(std::string_view text);

}  // namespace m2v::store
