#include "tokenize/normalizers/normal_forms.h"

#include <vector>

namespace m2v::tokenize {

void UnicodeNormalizer::normalize(AlignedText& text) const {
  std::vector<unicode::Rewritten> normalized;
  normalized.reserve(text.size());
  unicode::normalize(text.characters(), form, normalized);
  text.rewrite(normalized);
}

}  // namespace m2v::tokenize
