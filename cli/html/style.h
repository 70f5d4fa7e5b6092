#pragma once

#include <string_view>

namespace m2v::cli::html {

extern const std::string_view kStyle;   ///< The page's style sheet (CSS).
extern const std::string_view kScript;  ///< The page's script (JavaScript).

}  // namespace m2v::cli::html
