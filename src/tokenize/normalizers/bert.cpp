#include "tokenize/normalizers/bert.h"

#include "unicode/unicode.h"

namespace m2v::tokenize {
namespace {

void clean(std::u32string& text) {
  std::erase_if(text, unicode::is_control);
  for (char32_t& c : text) {
    if (unicode::is_whitespace(c)) c = U' ';
  }
}

std::u32string set_chinese_apart(std::u32string_view text) {
  std::u32string out;
  for (const char32_t c : text) {
    if (unicode::is_chinese(c)) {
      out.append({U' ', c, U' '});
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

BertNormalizer BertNormalizer::parse(const core::JsonAt& json) {
  BertNormalizer normalizer;
  normalizer.clean_text = json.at("clean_text").boolean();
  normalizer.handle_chinese_chars = json.at("handle_chinese_chars").boolean();
  normalizer.lowercase = json.at("lowercase").boolean();
  normalizer.strip_accents = json.boolean_or("strip_accents", normalizer.lowercase);
  return normalizer;
}

void BertNormalizer::normalize(std::string& text) const {
  std::u32string characters = unicode::to_utf32(text);
  if (clean_text) clean(characters);
  if (handle_chinese_chars) characters = set_chinese_apart(characters);
  if (strip_accents) {
    characters = unicode::nfd(characters);
    std::erase_if(characters, unicode::is_nonspacing_mark);
  }
  if (lowercase) {
    std::u32string lowered;
    for (const char32_t c : characters) unicode::append_lowercase(c, lowered);
    characters = std::move(lowered);
  }
  text = unicode::to_utf8(characters);
}

}  // namespace m2v::tokenize
