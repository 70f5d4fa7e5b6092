#include "tokenizer/normalizers/strip.h"

#include "text/unicode.h"

namespace m2v::tokenizer {

Strip Strip::parse(const base::JsonAt& json) {
  return {json.at("strip_left").boolean(), json.at("strip_right").boolean()};
}

void Strip::normalize(AlignedText& text) const {
  std::size_t begin = 0;
  std::size_t end = text.size();
  while (left && begin < end && text::is_whitespace(text[begin])) ++begin;
  while (right && end > begin && text::is_whitespace(text[end - 1])) --end;
  if (end - begin < text.size()) text = text.slice(begin, end);
}

}  // namespace m2v::tokenizer
