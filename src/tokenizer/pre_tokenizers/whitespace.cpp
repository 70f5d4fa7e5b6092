#include "tokenizer/pre_tokenizers/whitespace.h"

#include "text/unicode.h"
#include "tokenizer/pre_tokenizers/split_behavior.h"

namespace m2v::tokenizer {
namespace {

enum class Kind { kSpace, kWord, kOther };

Kind word_kind_of(char32_t c) {
  if (text::is_word(c)) return Kind::kWord;
  return text::is_whitespace(c) ? Kind::kSpace : Kind::kOther;
}

void append_runs(const AlignedText& text, std::vector<AlignedText>& words) {
  for (std::size_t begin = 0, end = 0; begin < text.size(); begin = end) {
    const Kind kind = word_kind_of(text[begin]);
    end = begin + 1;
    while (end < text.size() && word_kind_of(text[end]) == kind) ++end;
    if (kind != Kind::kSpace) words.push_back(text.slice(begin, end));
  }
}

}  // namespace

void Whitespace::split(std::vector<AlignedText>& words) const { split_each(words, append_runs); }

void WhitespaceSplit::split(std::vector<AlignedText>& words) const {
  split_each(words, [](const AlignedText& word, std::vector<AlignedText>& pieces) {
    append_split(word, segments_of(word, text::is_whitespace), SplitBehavior::kRemoved, pieces);
  });
}

}  // namespace m2v::tokenizer
