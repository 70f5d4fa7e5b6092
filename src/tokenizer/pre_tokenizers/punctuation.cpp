#include "tokenize/pre_tokenizers/punctuation.h"

#include "unicode/unicode.h"

namespace m2v::tokenize {

Punctuation Punctuation::parse(const core::JsonAt& json) {
  const auto behavior = json.find("behavior");
  return behavior ? Punctuation{parse_split_behavior(*behavior)} : Punctuation{};
}

void Punctuation::split(std::vector<AlignedText>& words) const {
  split_each(words, [&](const AlignedText& word, std::vector<AlignedText>& pieces) {
    append_split(word, stretches_of(word, unicode::is_punctuation), behavior, pieces);
  });
}

}  // namespace m2v::tokenize
