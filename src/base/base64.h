#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace m2v::core {

/// Decodes base64 of the standard alphabet. The `=` at the end may be missing; anything else that
/// does not belong there, bits left over among it, gives no value.
std::optional<std::string> decode_base64(std::string_view text);

/// Encodes bytes in base64 of the standard alphabet, with `=` at the end.
std::string encode_base64(std::string_view bytes);

}  // namespace m2v::core
