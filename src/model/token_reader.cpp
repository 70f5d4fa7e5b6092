#include "model/token_reader.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "model/model_impl.h"
#include "text/unicode.h"

namespace m2v::model {
namespace {

constexpr std::uint32_t kNoId = std::numeric_limits<std::uint32_t>::max();

/// Returns the number of code points that are read of a text if `max_tokens` tokens are kept.
std::size_t characters_for(const StaticModel::Impl& model, std::size_t max_tokens) {
  std::size_t characters;
  if (max_tokens == kNoLimit ||
      __builtin_mul_overflow(max_tokens, model.median_token_length, &characters)) {
    return kNoLimit;
  }
  return characters;
}

}  // namespace

TokenReader::TokenReader(const StaticModel::Impl& model, std::size_t max_tokens,
                         tokenizer::IdSink sink)
    : tokenizer_(model.tokenizer),
      session_(model.tokenizer, sink),
      unknown_(model.tokenizer.unknown_id().value_or(kNoId)),
      max_tokens_(max_tokens),
      max_characters_(characters_for(model, max_tokens)) {}

void TokenReader::append(std::string_view text, tokenizer::IdBuffer& ids) {
  const auto all = session_.encode(cut(text), max_tokens_);
  std::uint32_t* end = ids.reserve_more(all.size());
  for (const std::uint32_t id : all) {
    *end = id;
    end += id != unknown_ ? 1 : 0;
  }
  ids.set_end(end);
}

void TokenReader::append(std::string_view text, std::vector<std::uint32_t>& ids) {
  const auto all = session_.encode(cut(text), max_tokens_);
  std::ranges::copy_if(all, std::back_inserter(ids),
                       [&](std::uint32_t id) { return id != unknown_; });
}

std::vector<Token> TokenReader::with_offsets(std::string_view text) const {
  std::vector<Token> tokens = tokenizer_.encode_with_offsets(cut(text));
  if (tokens.size() > max_tokens_) tokens.resize(max_tokens_);
  std::erase_if(tokens, [&](const Token& token) { return token.id == unknown_; });
  return tokens;
}

std::string_view TokenReader::cut(std::string_view text) const {
  if (text.size() <= max_characters_) return text;
  std::size_t position = 0;
  for (std::size_t i = 0; i < max_characters_ && position < text.size(); ++i) {
    text::decode_utf8(text, position);
  }
  return text.substr(0, position);
}

}  // namespace m2v::model
