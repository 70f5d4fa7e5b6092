#pragma once

#include <vector>

#include "core/json.h"
#include "tokenize/vocabulary.h"

namespace m2v::tokenize {

/// Reads an object of tokens and their ids. The entries view into `json`'s value.
/// Throws FormatError for an id that is no natural number, or beyond reason.
std::vector<Vocabulary::Entry> parse_vocabulary(const core::JsonAt& json);

}  // namespace m2v::tokenize
