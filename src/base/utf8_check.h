#pragma once

#include <string_view>

namespace m2v::base {

/// Whether the bytes are well-formed UTF-8. Uses simdjson's validator, which is fast on long texts.
bool is_utf8(std::string_view bytes) noexcept;

}  // namespace m2v::base
