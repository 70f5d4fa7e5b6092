#include "tokenizer/normalizers/normal_forms.h"

#include <vector>

namespace m2v::tokenizer {

void UnicodeNormalizer::normalize(AlignedText& text) const {
  std::vector<text::Rewritten> normalized;
  normalized.reserve(text.size());
  text::normalize(text.characters(), form, normalized);
  text.rewrite(normalized);
}

}  // namespace m2v::tokenizer
