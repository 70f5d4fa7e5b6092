#include "tokenizer/pre_tokenizers/punctuation.h"

#include "text/unicode.h"

namespace m2v::tokenizer {

Punctuation Punctuation::parse(const base::JsonAt& json) {
  const auto behavior = json.find("behavior");
  return behavior ? Punctuation{parse_split_behavior(*behavior)} : Punctuation{};
}

void Punctuation::split(std::vector<AlignedText>& words) const {
  split_each(words, [&](const AlignedText& word, std::vector<AlignedText>& pieces) {
    append_split(word, segments_of(word, text::is_punctuation), behavior, pieces);
  });
}

}  // namespace m2v::tokenizer
