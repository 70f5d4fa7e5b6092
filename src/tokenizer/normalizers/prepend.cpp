#include "tokenizer/normalizers/prepend.h"

#include "text/unicode.h"

namespace m2v::tokenizer {

Prepend Prepend::parse(const base::JsonAt& json) {
  return {text::to_utf32(json.at("prepend").string())};
}

void Prepend::normalize(AlignedText& text) const {
  if (!text.empty()) text.prepend(front);
}

}  // namespace m2v::tokenizer
