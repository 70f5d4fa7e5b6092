#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/json.h"
#include "tokenize/decoders/steps.h"

namespace m2v::tokenize {

/// What makes a text of tokens again: the steps of `$.decoder`, Sequences flattened.
class Decoder {
 public:
  Decoder() = default;
  /// Throws FormatError for a type that it does not know.
  static Decoder parse(const core::JsonAt& json);

  /// The text of the tokens, as the vocabulary spells them. Without any step, with spaces between.
  std::string decode(std::vector<std::string> tokens) const;

 private:
  using Step =
      std::variant<BpeDecoder, ByteFallbackDecoder, ByteLevelDecoder, CtcDecoder, FuseDecoder,
                   MetaspaceDecoder, ReplaceDecoder, StripDecoder, WordPieceDecoder>;

  void append(const core::JsonAt& json);

  bool is_given_ = false;
  std::vector<Step> steps_;
};

}  // namespace m2v::tokenize
