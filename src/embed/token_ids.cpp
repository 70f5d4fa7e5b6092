#include "embed/token_ids.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "embed/model_impl.h"
#include "unicode/unicode.h"

namespace m2v::embed {

std::string_view cut(std::string_view text, std::size_t characters) {
  if (text.size() <= characters) return text;
  std::size_t position = 0;
  for (std::size_t i = 0; i < characters && position < text.size(); ++i) {
    unicode::decode_utf8(text, position);
  }
  return text.substr(0, position);
}

std::size_t characters_for(const StaticModel::Impl& model, std::size_t max_tokens) {
  std::size_t characters;
  if (max_tokens == kNoLimit ||
      __builtin_mul_overflow(max_tokens, model.median_token_length, &characters)) {
    return kNoLimit;
  }
  return characters;
}

TokenReader::TokenReader(const StaticModel& model, std::size_t max_tokens)
    : session_(model.tokenizer(), {}),
      unknown_(model.tokenizer().unknown_id().value_or(std::numeric_limits<std::uint32_t>::max())),
      max_tokens_(max_tokens),
      max_characters_(characters_for(model.impl(), max_tokens)) {}

void TokenReader::append(std::string_view text, std::vector<std::uint32_t>& ids) {
  const auto kept = session_.encode(cut(text, max_characters_), max_tokens_);
  std::copy_if(kept.begin(), kept.end(), std::back_inserter(ids),
               [&](std::uint32_t id) { return id != unknown_; });
}

}  // namespace m2v::embed
