#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace m2v::base {

/// Decodes base64 (RFC 4648, standard alphabet). The `=` padding at the end is optional. Returns no
/// value if the text is malformed: a character outside the alphabet, an impossible length, too much
/// padding, or unused trailing bits that are not zero.
std::optional<std::string> decode_base64(std::string_view text);

/// Encodes bytes as base64 (RFC 4648, standard alphabet), padded with `=`, on one line.
std::string encode_base64(std::string_view bytes);

}  // namespace m2v::base
