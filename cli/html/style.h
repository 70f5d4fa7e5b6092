#pragma once

#include <string_view>

namespace m2v::cli::html {

extern const std::string_view kStyle;
extern const std::string_view kScript;

}  // namespace m2v::cli::html
