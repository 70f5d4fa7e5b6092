#include "tokenize/pre_tokenizers/bert.h"

#include <utility>

#include "unicode/unicode.h"

namespace m2v::tokenize {
namespace {

void split_word(const AlignedText& word, std::vector<AlignedText>& words) {
  std::size_t start = 0;  // of the word that is open, if any character has come since
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool punctuation = unicode::is_punctuation(word[i]);
    if (!punctuation && !unicode::is_whitespace(word[i])) continue;
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

}  // namespace m2v::tokenize
