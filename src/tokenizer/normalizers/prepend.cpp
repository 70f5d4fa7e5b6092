#include "tokenize/normalizers/prepend.h"

#include "unicode/unicode.h"

namespace m2v::tokenize {

Prepend Prepend::parse(const core::JsonAt& json) {
  return {unicode::to_utf32(json.at("prepend").string())};
}

void Prepend::normalize(AlignedText& text) const {
  if (!text.empty()) text.prepend(front);
}

}  // namespace m2v::tokenize
