#include "tokenizer/normalizers/strip_accents.h"

#include "text/normal_forms.h"

namespace m2v::tokenizer {

void StripAccents::normalize(AlignedText& text) const { text.erase_if(text::is_combining_mark); }

}  // namespace m2v::tokenizer
