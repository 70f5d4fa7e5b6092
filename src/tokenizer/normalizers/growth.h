#pragma once

#include <cstddef>

namespace m2v::tokenizer {

/// Throws Error if a text would grow from `before` to `after` characters (or bytes) and `after` is
/// more than about 1000 * (before + 1000), which no normalizer of a real model does. Steps that
/// insert text multiply what earlier steps inserted, so without a limit, a tokenizer of two
/// kilobytes could turn a line into gigabytes.
void check_growth(std::size_t before, std::size_t after);

}  // namespace m2v::tokenizer
