#include "tokenizer/pre_tokenizers/digits.h"

#include "text/unicode.h"
#include "tokenizer/pre_tokenizers/split_behavior.h"

namespace m2v::tokenizer {

Digits Digits::parse(const base::JsonAt& json) { return {json.at("individual_digits").boolean()}; }

void Digits::split(std::vector<AlignedText>& words) const {
  const auto behavior = individual_digits ? SplitBehavior::kIsolated : SplitBehavior::kContiguous;
  const auto is_numeric = [](char32_t c) { return text::regex_class(c).is_numeric; };
  split_each(words, [&](const AlignedText& word, std::vector<AlignedText>& pieces) {
    append_split(word, segments_of(word, is_numeric), behavior, pieces);
  });
}

}  // namespace m2v::tokenizer
