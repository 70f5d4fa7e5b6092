#include "tokenizer/pre_tokenizers/char_delimiter.h"

#include "text/unicode.h"
#include "tokenizer/pre_tokenizers/split_behavior.h"

namespace m2v::tokenizer {

char32_t parse_character(const base::JsonAt& json) {
  const std::u32string characters = text::to_utf32(json.string());
  if (characters.size() != 1) json.fail("expected one character");
  return characters[0];
}

CharDelimiter CharDelimiter::parse(const base::JsonAt& json) {
  return {parse_character(json.at("delimiter"))};
}

void CharDelimiter::split(std::vector<AlignedText>& words) const {
  const auto is_delimiter = [&](char32_t c) { return c == delimiter; };
  split_each(words, [&](const AlignedText& word, std::vector<AlignedText>& pieces) {
    append_split(word, segments_of(word, is_delimiter), SplitBehavior::kRemoved, pieces);
  });
}

}  // namespace m2v::tokenizer
