#include "tokenizer/normalizers/lowercase.h"

#include <string>

#include "text/unicode.h"

namespace m2v::tokenizer {

void Lowercase::normalize(AlignedText& text) const {
  AlignedText lowered;
  std::u32string form;
  for (std::size_t i = 0; i < text.size(); ++i) {
    form.clear();
    text::append_lowercase(text[i], form);
    for (const char32_t c : form) lowered.push_back(c, text.span(i));
  }
  text = std::move(lowered);
}

}  // namespace m2v::tokenizer
