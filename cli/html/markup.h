#pragma once

#include <string>
#include <string_view>

namespace m2v::cli::html {

/// A text as it may stand between tags and inside quoted attributes. Ill-formed UTF-8 and control
/// characters that HTML forbids become U+FFFD.
std::string escaped(std::string_view text);

/// The first `characters` code points, with an ellipsis for what is left out; not escaped.
std::string shortened(std::string_view text, std::size_t characters);

/// A number with few decimals, without zeros at its end: "0.25", "3", "-1.5".
std::string short_number(double value, int decimals = 2);

/// "3.2 %"
std::string percent(double share);

/// A part of the page: its heading, what it shows in a sentence (markup), and the content.
std::string section(std::string_view id, std::string_view heading, std::string_view lead,
                    std::string_view content);

/// The whole document. It needs nothing else, and may load nothing else.
std::string page(std::string_view title, std::string_view body);

}  // namespace m2v::cli::html
