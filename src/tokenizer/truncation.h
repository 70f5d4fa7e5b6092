#pragma once

#include <vector>

#include "m2v/tokenizer.h"

namespace m2v::tokenize {

/// Cuts one or two sequences down to `max_tokens` together, as `tokenizers` does. Throws
/// std::invalid_argument if the sequence that the strategy names has not enough tokens.
void truncate(std::vector<std::vector<EncodedToken>>& sequences, std::size_t max_tokens,
              const EncodingOptions& options);

}  // namespace m2v::tokenize
