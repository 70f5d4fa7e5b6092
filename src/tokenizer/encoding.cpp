// Encoding with special tokens, truncation and offsets, and decoding: the part of Tokenizer that
// uses the post-processor and the decoder.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "text/unicode.h"
#include "tokenizer/tokenizer_impl.h"
#include "tokenizer/truncation.h"

namespace m2v {
namespace {

std::vector<EncodedToken> ids_of(const Tokenizer& tokenizer, std::string_view text,
                                 std::size_t limit) {
  std::vector<std::uint32_t> ids;
  tokenizer.encode(text, ids, limit);
  std::vector<EncodedToken> tokens(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) tokens[i].id = ids[i];
  return tokens;
}

std::vector<EncodedToken> tokens_of(const tokenizer::Pipeline& pipeline, std::string_view text) {
  std::vector<Token> found;
  tokenizer::TokenDetails details;
  pipeline.encode(text::to_utf8(text::to_utf32(text)), found, &details);
  std::vector<EncodedToken> tokens(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    tokens[i].id = found[i].id;
    tokens[i].text = std::move(details.token_count[i].text);
    tokens[i].begin = found[i].begin;
    tokens[i].end = found[i].end;
    tokens[i].word = details.token_count[i].word;
  }
  return tokens;
}

}  // namespace

std::vector<EncodedToken> Tokenizer::encoding(std::string_view text,
                                              std::optional<std::string_view> pair,
                                              const EncodingOptions& options) const {
  std::vector<std::vector<EncodedToken>> sequences;
  // Only the right truncation of a single text can stop encoding early. In all other cases, the
  // result depends on the full lengths of the texts.
  const bool ends_early =
      !pair && !options.truncate_left && options.strategy == TruncationStrategy::kLongestFirst;
  const std::size_t enough = ends_early ? options.max_tokens : kNoLimit;
  const auto add = [&](std::string_view one) {
    sequences.push_back(options.ids_only ? ids_of(*this, one, enough)
                                         : tokens_of(impl_->pipeline, one));
  };
  add(text);
  if (pair) add(*pair);
  if (options.max_tokens != kNoLimit) {
    const std::size_t special =
        options.add_special_tokens ? special_token_count(pair.has_value()) : 0;
    tokenizer::truncate(sequences, options.max_tokens - std::min(options.max_tokens, special),
                        options);
  }
  return impl_->pipeline.post_processor.apply(std::move(sequences), options.add_special_tokens);
}

std::vector<Token> Tokenizer::encode_with_offsets(std::string_view text) const {
  std::vector<Token> tokens;
  if (!impl_->pipeline.post_processor.trims()) {
    impl_->pipeline.encode(text::to_utf8(text::to_utf32(text)), tokens);
    return tokens;
  }
  std::vector<EncodedToken> trimmed = tokens_of(impl_->pipeline, text);
  impl_->pipeline.post_processor.trim(trimmed);
  for (const EncodedToken& token : trimmed) tokens.push_back({token.id, token.begin, token.end});
  return tokens;
}

std::size_t Tokenizer::special_token_count(bool pair) const {
  return impl_->pipeline.post_processor.special_tokens(pair);
}

std::string Tokenizer::decode(std::span<const std::uint32_t> ids, bool skip_special_tokens) const {
  std::vector<std::string> tokens;
  for (const std::uint32_t id : ids) {
    const auto found = token(id);
    const bool skipped = !found || (skip_special_tokens && impl_->special.contains(*found));
    if (!skipped) tokens.emplace_back(*found);
  }
  return impl_->pipeline.decoder.decode(std::move(tokens));
}

}  // namespace m2v
