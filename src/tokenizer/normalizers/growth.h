#pragma once

#include <cstddef>

namespace m2v::tokenize {

/// Steps that put in text multiply what those before have put in: a file of two kilobytes could
/// make gigabytes of a line. Throws Error if a text of `before` characters (or bytes) is to have
/// `after`, and that is beyond what a normalizer is for.
void check_growth(std::size_t before, std::size_t after);

}  // namespace m2v::tokenize
