#include "tokenize/pre_tokenizers/digits.h"

#include "tokenize/pre_tokenizers/split_behavior.h"
#include "unicode/unicode.h"

namespace m2v::tokenize {

Digits Digits::parse(const core::JsonAt& json) { return {json.at("individual_digits").boolean()}; }

void Digits::split(std::vector<AlignedText>& words) const {
  const auto behavior = individual_digits ? SplitBehavior::kIsolated : SplitBehavior::kContiguous;
  const auto is_numeric = [](char32_t c) { return unicode::regex_class(c).is_numeric; };
  split_each(words, [&](const AlignedText& word, std::vector<AlignedText>& pieces) {
    append_split(word, stretches_of(word, is_numeric), behavior, pieces);
  });
}

}  // namespace m2v::tokenize
