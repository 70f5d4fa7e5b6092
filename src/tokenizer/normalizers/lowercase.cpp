#include "tokenize/normalizers/lowercase.h"

#include <string>

#include "unicode/unicode.h"

namespace m2v::tokenize {

void Lowercase::normalize(AlignedText& text) const {
  AlignedText lowered;
  std::u32string form;
  for (std::size_t i = 0; i < text.size(); ++i) {
    form.clear();
    unicode::append_lowercase(text[i], form);
    for (const char32_t c : form) lowered.push_back(c, text.span(i));
  }
  text = std::move(lowered);
}

}  // namespace m2v::tokenize
