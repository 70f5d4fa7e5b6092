#include "tokenizer/pre_tokenizers/bert.h"

#include <utility>

#include "text/unicode.h"

namespace m2v::tokenizer {
namespace {

void split_word(const AlignedText& word, std::vector<AlignedText>& words) {
  std::size_t start = 0;  // start of the current word
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool punctuation = text::is_punctuation(word[i]);
    if (!punctuation && !text::is_whitespace(word[i])) continue;
    if (i > start) words.push_back(word.slice(start, i));
    if (punctuation) words.push_back(word.slice(i, i + 1));
    start = i + 1;
  }
  if (start < word.size()) words.push_back(word.slice(start, word.size()));
}

}  // namespace

void BertPreTokenizer::split(std::vector<AlignedText>& words) const {
  std::vector<AlignedText> finer;
  for (const AlignedText& word : words) split_word(word, finer);
  words = std::move(finer);
}

}  // namespace m2v::tokenizer
