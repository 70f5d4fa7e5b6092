#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "m2v/static_model.h"
#include "tokenizer/id_buffer.h"
#include "tokenizer/tokenizer_impl.h"

namespace m2v::model {

/// Finds the tokens of a text whose rows are pooled: those of its first `max_tokens` * (median
/// token length) code points, truncated to `max_tokens`, then without the unknown token. All of m2v
/// reads texts through this class. Not thread-safe. The model must outlive the reader.
class TokenReader {
 public:
  /// `max_tokens` may be kNoLimit. `sink` receives ids as the tokenizer finds them.
  TokenReader(const StaticModel::Impl& model, std::size_t max_tokens, tokenizer::IdSink sink = {});

  /// Appends the ids of a text to `ids`.
  void append(std::string_view text, tokenizer::IdBuffer& ids);
  void append(std::string_view text, std::vector<std::uint32_t>& ids);

  /// Returns the same tokens with their positions in the text, in code points. Slower.
  std::vector<Token> with_offsets(std::string_view text) const;

 private:
  /// Returns the first `max_characters_` code points of a text.
  std::string_view cut(std::string_view text) const;

  const Tokenizer& tokenizer_;
  tokenizer::Session session_;
  std::uint32_t unknown_;       ///< Id of the unknown token, or one that no token has.
  std::size_t max_tokens_;      ///< kNoLimit for no limit.
  std::size_t max_characters_;  ///< In code points; kNoLimit for no limit.
};

}  // namespace m2v::model
