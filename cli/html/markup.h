#pragma once

#include <string>
#include <string_view>

namespace m2v::cli::html {

/// Escapes a text for use between tags and inside quoted attributes. Ill-formed UTF-8 and control
/// characters that HTML forbids become U+FFFD.
std::string escaped(std::string_view text);

/// Returns the first `characters` code points of a text, followed by an ellipsis if it is longer.
/// The result is not escaped.
std::string shortened(std::string_view text, std::size_t characters);

/// Formats a number with at most `decimals` decimals and no trailing zeros: "0.25", "3", "-1.5".
std::string short_number(double value, int decimals = 2);

/// Formats a fraction as a percentage, with a narrow no-break space: "3.2 %".
std::string percent(double share);

/// Returns a section of the page. `heading` is escaped; `lead`, a sentence about what the section
/// shows, and `content` are HTML.
std::string section(std::string_view id, std::string_view heading, std::string_view lead,
                    std::string_view content);

/// Returns the whole document. It is self-contained, and its content security policy forbids it to
/// load anything else.
std::string page(std::string_view title, std::string_view body);

}  // namespace m2v::cli::html
