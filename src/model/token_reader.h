#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/row_prefetch.h"
#include "m2v/static_model.h"
#include "tokenize/id_buffer.h"
#include "tokenize/tokenizer_impl.h"

namespace m2v::embed {

/// The tokens of a text that are pooled, which is all that anybody asks of a text: those of its
/// first `max_tokens` * (median token length) code points, at most `max_tokens` of them, without
/// the unknown one. For one thread. The model must outlive the reader.
class TokenReader {
 public:
  /// `rows`: what will be looked up by the ids.
  TokenReader(const StaticModel::Impl& model, std::size_t max_tokens, core::RowPrefetch rows = {});

  /// Appends the ids of a text.
  void append(std::string_view text, tokenize::IdBuffer& ids);
  void append(std::string_view text, std::vector<std::uint32_t>& ids);

  /// The same tokens, and where they stand in the text; slower.
  std::vector<Token> with_offsets(std::string_view text) const;

 private:
  std::string_view cut(std::string_view text) const;

  const Tokenizer& tokenizer_;
  tokenize::Session session_;
  std::uint32_t unknown_;
  std::size_t max_tokens_;
  std::size_t max_characters_;
};

}  // namespace m2v::embed
