#include "tokenize/normalizers/bert.h"

#include "core/cancellation.h"
#include "tokenize/normalizers/lowercase.h"
#include "tokenize/normalizers/normal_forms.h"
#include "unicode/unicode.h"

namespace m2v::tokenize {
namespace {

void clean(AlignedText& text) {
  text.erase_if(unicode::is_control);
  text.map([](char32_t c) { return unicode::is_whitespace(c) ? U' ' : c; });
}

void set_chinese_apart(AlignedText& text) {
  AlignedText apart;
  core::CancellationChecks checks(65'536);
  for (std::size_t i = 0; i < text.size(); ++i) {
    checks.step();
    const bool chinese = unicode::is_chinese(text[i]);
    if (chinese) apart.push_back(U' ', text.span(i));
    apart.push_back(text[i], text.span(i));
    if (chinese) apart.push_back(U' ', text.span(i));
  }
  text = std::move(apart);
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

void BertNormalizer::normalize(AlignedText& text) const {
  if (clean_text) clean(text);
  if (handle_chinese_chars) set_chinese_apart(text);
  core::check_cancelled();
  if (strip_accents) {
    UnicodeNormalizer{unicode::NormalForm::kD}.normalize(text);
    text.erase_if(unicode::is_nonspacing_mark);
  }
  core::check_cancelled();
  if (lowercase) Lowercase().normalize(text);
}

}  // namespace m2v::tokenize
