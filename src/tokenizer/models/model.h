#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "base/json.h"
#include "formats/sections.h"
#include "tokenizer/models/bpe.h"
#include "tokenizer/models/unigram.h"
#include "tokenizer/models/wordlevel.h"
#include "tokenizer/models/wordpiece.h"

namespace m2v::tokenizer {

/// A model turns one word into token ids. Each kind has tokenize(), vocabulary(), unknown() and
/// kType. Models are immutable.
using Model = std::variant<Bpe, WordPiece, WordLevel, Unigram>;

/// Reads `$.model`. If `compiled` is not null, the large parts come from the sections that
/// save_model() added. Throws FormatError if the model is malformed or has an unknown type.
Model parse_model(const base::JsonAt& json, const formats::Sections* compiled = nullptr);

/// Moves the large parts of the model from its JSON, an object, to sections.
void save_model(const Model& model, base::Json& json, formats::Sections& sections);

/// Reusable working memory for any model. It may be used by only one thread at a time.
struct ModelScratch {
  Bpe::Scratch bpe;
  Unigram::Scratch unigram;
};

/// Appends the pieces of one word in UTF-8. Throws FormatError if the unknown token is needed and
/// there is none.
void tokenize(const Model& model, std::string_view word, std::vector<Piece>& pieces,
              ModelScratch& scratch);

/// Returns the model's vocabulary, owned by the model.
const Vocabulary& vocabulary_of(const Model& model);
/// Returns the number of ids in the model. The first added token that it lacks gets this id.
std::uint32_t first_free_id(const Model& model);
/// Returns the model's unknown token, owned by the model.
const UnknownToken& unknown_of(const Model& model);
/// Returns the type as in `$.model.type`, such as "WordPiece".
std::string_view type_name(const Model& model);

}  // namespace m2v::tokenizer
