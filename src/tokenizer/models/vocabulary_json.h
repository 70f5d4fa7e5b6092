#pragma once

#include <vector>

#include "core/json.h"
#include "core/sections.h"
#include "tokenize/vocabulary.h"

namespace m2v::tokenize {

/// The vocabulary of a model: what was compiled of it, or `vocab` of its JSON if that is null.
/// Throws FormatError.
Vocabulary read_vocabulary(const core::JsonAt& model, const core::Sections* compiled);

/// Reads an object of tokens and their ids. The entries view into `json`'s value.
/// Throws FormatError for an id that is no natural number, or beyond reason.
std::vector<Vocabulary::Entry> parse_vocabulary(const core::JsonAt& json);

}  // namespace m2v::tokenize
