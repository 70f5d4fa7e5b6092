#pragma once

#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/sections.h"
#include "tokenize/models/piece.h"
#include "tokenize/models/unknown_token.h"
#include "tokenize/vocabulary.h"

namespace m2v::tokenize {

/// WordLevel: the word is a token, or else the unknown one.
class WordLevel {
 public:
  static constexpr std::string_view kType = "WordLevel";

  static WordLevel parse(const core::JsonAt& json, const core::Sections* compiled = nullptr);
  /// What parse() then finds in `compiled`.
  void save(core::Sections& sections) const { vocabulary_.save(sections); }

  /// Appends the one piece of a word, in UTF-8. Throws FormatError if the unknown token is needed
  /// and is not in the vocabulary.
  void tokenize(std::string_view word, std::vector<Piece>& pieces) const;

  const Vocabulary& vocabulary() const noexcept { return vocabulary_; }
  const UnknownToken& unknown() const noexcept { return unknown_; }

 private:
  Vocabulary vocabulary_;
  UnknownToken unknown_;
};

}  // namespace m2v::tokenize
