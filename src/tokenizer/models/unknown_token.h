#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "tokenizer/vocabulary.h"

namespace m2v::tokenizer {

/// The unknown token of a model, which represents text outside the vocabulary. The vocabulary may
/// lack the token itself, which is an error only when a text needs it.
class UnknownToken {
 public:
  /// No unknown token.
  UnknownToken() = default;
  /// `json` is a string, the token; its id comes from the vocabulary.
  UnknownToken(const base::JsonAt& json, const Vocabulary& vocabulary);
  /// `json` is the JSON value that states the id; it locates error messages.
  UnknownToken(const base::JsonAt& json, std::string token, std::uint32_t id);

  /// Returns the token, or an empty string if there is none.
  const std::string& token() const noexcept { return token_; }
  /// Returns the id, or nothing if there is none or the vocabulary lacks the token.
  const std::optional<std::uint32_t>& id() const noexcept { return id_; }
  /// Returns the id. Throws FormatError if there is none.
  std::uint32_t id_for_text() const;

 private:
  std::string token_;
  std::optional<std::uint32_t> id_;
  std::string file_, location_;  // for the error message
};

}  // namespace m2v::tokenizer
