#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "tokenizer/vocabulary.h"

namespace m2v::tokenizer {

/// The ids of the byte tokens "<0x00>" to "<0xFF>", indexed by byte; empty where the vocabulary
/// lacks one. Byte fallback spells characters outside the vocabulary with them.
using ByteTokens = std::array<std::optional<std::uint32_t>, 256>;

/// Looks up the byte tokens of a vocabulary.
ByteTokens find_byte_tokens(const Vocabulary& vocabulary);

}  // namespace m2v::tokenizer
