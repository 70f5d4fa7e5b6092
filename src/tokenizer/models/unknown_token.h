#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/json.h"
#include "tokenize/vocabulary.h"

namespace m2v::tokenize {

/// The token that stands for what a model's vocabulary does not have. It may be missing from the
/// vocabulary itself, which is an error only when a text needs it.
class UnknownToken {
 public:
  UnknownToken() = default;
  /// `json` is its name.
  UnknownToken(const core::JsonAt& json, const Vocabulary& vocabulary);
  /// `json` is what says which id it is.
  UnknownToken(const core::JsonAt& json, std::string token, std::uint32_t id);

  const std::string& token() const noexcept { return token_; }  ///< Empty: there is none.
  const std::optional<std::uint32_t>& id() const noexcept { return id_; }
  /// Throws FormatError if the vocabulary does not have it.
  std::uint32_t id_for_text() const;

 private:
  std::string token_;
  std::optional<std::uint32_t> id_;
  std::string file_, place_;  // for the error message
};

}  // namespace m2v::tokenize
