#include "tokenizer/pre_tokenizers/fixed_length.h"

#include <algorithm>

#include "tokenizer/pre_tokenizers/split_behavior.h"

namespace m2v::tokenizer {

FixedLength FixedLength::parse(const base::JsonAt& json) {
  FixedLength pre_tokenizer;
  if (const auto length = json.find("length")) {
    pre_tokenizer.length = length->natural();
    if (pre_tokenizer.length == 0) length->fail("the length must be at least 1");
  }
  return pre_tokenizer;
}

void FixedLength::split(std::vector<AlignedText>& words) const {
  split_each(words, [&](const AlignedText& word, std::vector<AlignedText>& pieces) {
    for (std::size_t begin = 0; begin < word.size();) {
      const std::size_t end = begin + std::min(length, word.size() - begin);
      pieces.push_back(word.slice(begin, end));
      begin = end;
    }
  });
}

}  // namespace m2v::tokenizer
