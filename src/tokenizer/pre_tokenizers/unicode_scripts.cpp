#include "tokenizer/pre_tokenizers/unicode_scripts.h"

#include <cstdint>

#include "text/unicode.h"
#include "tokenizer/pre_tokenizers/split_behavior.h"

namespace m2v::tokenizer {
namespace {

void append_by_script(const AlignedText& text, std::vector<AlignedText>& words) {
  constexpr std::uint8_t kAny = 0;
  std::size_t begin = 0;
  std::uint8_t last = kAny;
  bool started = false;  // characters before the first one with a script are dropped
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::uint8_t script = text::script(text[i]);
    if (script == kAny || script == last) continue;
    if (started) words.push_back(text.slice(begin, i));
    started = true;
    begin = i;
    last = script;
  }
  if (started) words.push_back(text.slice(begin, text.size()));
}

}  // namespace

void UnicodeScripts::split(std::vector<AlignedText>& words) const {
  split_each(words, append_by_script);
}

}  // namespace m2v::tokenizer
