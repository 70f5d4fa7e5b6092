#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "formats/sections.h"
#include "tokenizer/models/piece.h"
#include "tokenizer/models/unknown_token.h"
#include "tokenizer/vocabulary.h"

namespace m2v::tokenizer {

/// WordLevel: a word is one token, or the unknown token if it is not in the vocabulary. Immutable.
class WordLevel {
 public:
  static constexpr std::string_view kType = "WordLevel";

  /// Reads `$.model`. If `compiled` is not null, the vocabulary comes from the sections that save()
  /// added. Throws FormatError if the content is malformed.
  static WordLevel parse(const base::JsonAt& json, const formats::Sections* compiled = nullptr);
  /// Adds the vocabulary to `sections`.
  void save(formats::Sections& sections) const { vocabulary_.save(sections); }

  /// Appends the single piece of a word in UTF-8. Throws FormatError if the unknown token is needed
  /// and is not in the vocabulary.
  void tokenize(std::string_view word, std::vector<Piece>& pieces) const;

  const Vocabulary& vocabulary() const noexcept { return vocabulary_; }
  const UnknownToken& unknown() const noexcept { return unknown_; }

 private:
  Vocabulary vocabulary_;
  UnknownToken unknown_;
};

}  // namespace m2v::tokenizer
