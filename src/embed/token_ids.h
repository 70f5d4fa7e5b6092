#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "m2v/static_model.h"
#include "tokenize/tokenizer_impl.h"

namespace m2v::embed {

/// The first `characters` code points of the text.
std::string_view cut(std::string_view text, std::size_t characters);

/// The code points that encoding keeps of a text of which it keeps `max_tokens` tokens.
std::size_t characters_for(const StaticModel::Impl& model, std::size_t max_tokens);

/// The ids that encoding pools: for those who want them and not the vectors. For one thread.
class TokenReader {
 public:
  TokenReader(const StaticModel& model, std::size_t max_tokens);

  /// Appends the ids of a text: cut, truncated, without the unknown one.
  void append(std::string_view text, std::vector<std::uint32_t>& ids);

 private:
  tokenize::Session session_;
  std::uint32_t unknown_;
  std::size_t max_tokens_;
  std::size_t max_characters_;
};

}  // namespace m2v::embed
