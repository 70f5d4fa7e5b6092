#include "tokenize/pre_tokenizers/char_delimiter.h"

#include "tokenize/pre_tokenizers/split_behavior.h"
#include "unicode/unicode.h"

namespace m2v::tokenize {

char32_t parse_character(const core::JsonAt& json) {
  const std::u32string characters = unicode::to_utf32(json.string());
  if (characters.size() != 1) json.fail("expected one character");
  return characters[0];
}

CharDelimiter CharDelimiter::parse(const core::JsonAt& json) {
  return {parse_character(json.at("delimiter"))};
}

void CharDelimiter::split(std::vector<AlignedText>& words) const {
  const auto is_delimiter = [&](char32_t c) { return c == delimiter; };
  split_each(words, [&](const AlignedText& word, std::vector<AlignedText>& pieces) {
    append_split(word, stretches_of(word, is_delimiter), SplitBehavior::kRemoved, pieces);
  });
}

}  // namespace m2v::tokenize
