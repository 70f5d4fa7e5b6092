#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/json.h"
#include "tokenize/models/wordpiece.h"

namespace m2v::tokenize {

/// A model turns one word into ids. Each kind has tokenize(), vocabulary(), unknown_token()
/// and kType.
using Model = std::variant<WordPiece>;

/// Reads `$.model`. Throws FormatError for a type that it does not know.
Model parse_model(const core::JsonAt& json);

const Vocabulary& vocabulary_of(const Model& model);
const std::string& unknown_token_of(const Model& model);
std::string_view type_name(const Model& model);  ///< "WordPiece", ...

}  // namespace m2v::tokenize
