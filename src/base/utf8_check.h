#pragma once

#include <string_view>

namespace m2v::core {

/// Whether the bytes are well-formed UTF-8: simdjson's check, for long stretches of text.
bool is_utf8(std::string_view bytes) noexcept;

}  // namespace m2v::core
