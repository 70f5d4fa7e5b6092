#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "core/json.h"
#include "core/sections.h"
#include "tokenize/models/bpe.h"
#include "tokenize/models/unigram.h"
#include "tokenize/models/wordlevel.h"
#include "tokenize/models/wordpiece.h"

namespace m2v::tokenize {

/// A model turns one word into ids. Each kind has tokenize(), vocabulary(), unknown() and
/// kType.
using Model = std::variant<Bpe, WordPiece, WordLevel, Unigram>;

/// Reads `$.model`; its large parts come from `compiled`, where save_model() has put them, or from
/// the JSON as well if that is null. Throws FormatError for a type that it does not know.
Model parse_model(const core::JsonAt& json, const core::Sections* compiled = nullptr);

/// Puts the large parts of the model into sections, and takes them out of its JSON, an object.
void save_model(const Model& model, core::Json& json, core::Sections& sections);

/// Working memory of any model, to be used again and again. For one thread at a time.
struct ModelScratch {
  Bpe::Scratch bpe;
  Unigram::Scratch unigram;
};

/// Appends the pieces of one word, in UTF-8. Throws FormatError if the unknown token is needed and
/// there is none.
void tokenize(const Model& model, std::string_view word, std::vector<Piece>& pieces,
              ModelScratch& scratch);

const Vocabulary& vocabulary_of(const Model& model);
/// The first id behind those of the model: an added token that the model does not have gets it.
std::uint32_t first_free_id(const Model& model);
const UnknownToken& unknown_of(const Model& model);
std::string_view type_name(const Model& model);  ///< "WordPiece", ...

}  // namespace m2v::tokenize
