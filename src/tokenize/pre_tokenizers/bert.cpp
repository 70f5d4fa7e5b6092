#include "tokenize/pre_tokenizers/bert.h"

#include <string_view>

#include "unicode/unicode.h"

namespace m2v::tokenize {
namespace {

void split_word(std::string_view text, std::vector<std::string>& words) {
  std::size_t start = 0;  // of the word that is open, if any character has come since
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t before = position;
    const char32_t c = unicode::decode_utf8(text, position);
    const bool punctuation = unicode::is_punctuation(c);
    if (!punctuation && !unicode::is_whitespace(c)) continue;
    if (before > start) words.emplace_back(text.substr(start, before - start));
    if (punctuation) words.emplace_back(text.substr(before, position - before));
    start = position;
  }
  if (start < text.size()) words.emplace_back(text.substr(start));
}

}  // namespace

void BertPreTokenizer::split(std::vector<std::string>& words) const {
  std::vector<std::string> finer;
  for (const std::string& word : words) split_word(word, finer);
  words = std::move(finer);
}

}  // namespace m2v::tokenize
