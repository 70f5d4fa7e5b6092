#pragma once

#include <vector>

#include "m2v/tokenizer.h"

namespace m2v::tokenizer {

/// Truncates one or two sequences to a total of at most `max_tokens` tokens, as `tokenizers` does.
/// Throws std::invalid_argument if the strategy names a sequence that is missing or has too few
/// tokens to remove.
void truncate(std::vector<std::vector<EncodedToken>>& sequences, std::size_t max_tokens,
              const EncodingOptions& options);

}  // namespace m2v::tokenizer
