#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "tokenize/vocabulary.h"

namespace m2v::tokenize {

/// The ids of "<0x00>" to "<0xFF>", as far as the vocabulary has them: what characters outside it
/// are spelled with.
using ByteTokens = std::array<std::optional<std::uint32_t>, 256>;

ByteTokens find_byte_tokens(const Vocabulary& vocabulary);

}  // namespace m2v::tokenize
