#include "tokenize/normalizers/strip_accents.h"

#include "unicode/normal_forms.h"

namespace m2v::tokenize {

void StripAccents::normalize(AlignedText& text) const { text.erase_if(unicode::is_combining_mark); }

}  // namespace m2v::tokenize
