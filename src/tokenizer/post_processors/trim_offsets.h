#pragma once

#include "m2v/tokenizer.h"

namespace m2v::tokenizer {

/// Excludes the whitespace at both ends of the tokens from their offsets, as ByteLevel and
/// RobertaProcessing do. `space_in_front` is true if the pre-tokenizer may have inserted the first
/// space (`add_prefix_space`); a single leading space of the first token is then not trimmed.
void trim_offsets(std::vector<EncodedToken>& tokens, bool space_in_front);

}  // namespace m2v::tokenizer
