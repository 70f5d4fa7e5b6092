#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/json.h"
#include "tokenizer/decoders/steps.h"

namespace m2v::tokenizer {

/// The decoder, which turns tokens back into text: the steps of `$.decoder`, with every Sequence
/// flattened. Immutable.
class Decoder {
 public:
  Decoder() = default;
  /// Reads `$.decoder`. Throws FormatError if it is malformed or has an unknown type.
  static Decoder parse(const base::JsonAt& json);

  /// Returns the text of the tokens, which are given as the vocabulary spells them. If the file has
  /// no decoder, the tokens are joined with spaces.
  std::string decode(std::vector<std::string> tokens) const;

 private:
  using Step =
      std::variant<BpeDecoder, ByteFallbackDecoder, ByteLevelDecoder, CtcDecoder, FuseDecoder,
                   MetaspaceDecoder, ReplaceDecoder, StripDecoder, WordPieceDecoder>;

  void append(const base::JsonAt& json);

  bool is_given_ = false;
  std::vector<Step> steps_;
};

}  // namespace m2v::tokenizer
