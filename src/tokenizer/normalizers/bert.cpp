#include "tokenizer/normalizers/bert.h"

#include "base/cancellation.h"
#include "text/unicode.h"
#include "tokenizer/normalizers/lowercase.h"
#include "tokenizer/normalizers/normal_forms.h"

namespace m2v::tokenizer {
namespace {

void clean(AlignedText& text) {
  text.erase_if(text::is_control);
  text.map([](char32_t c) { return text::is_whitespace(c) ? U' ' : c; });
}

void isolate_chinese(AlignedText& text) {
  AlignedText apart;
  base::CancellationChecks checks(65'536);
  for (std::size_t i = 0; i < text.size(); ++i) {
    checks.step();
    const bool chinese = text::is_chinese(text[i]);
    if (chinese) apart.push_back(U' ', text.span(i));
    apart.push_back(text[i], text.span(i));
    if (chinese) apart.push_back(U' ', text.span(i));
  }
  text = std::move(apart);
}

}  // namespace

BertNormalizer BertNormalizer::parse(const base::JsonAt& json) {
  BertNormalizer normalizer;
  normalizer.clean_text = json.at("clean_text").boolean();
  normalizer.handle_chinese_chars = json.at("handle_chinese_chars").boolean();
  normalizer.lowercase = json.at("lowercase").boolean();
  normalizer.strip_accents = json.boolean_or("strip_accents", normalizer.lowercase);
  return normalizer;
}

void BertNormalizer::normalize(AlignedText& text) const {
  if (clean_text) clean(text);
  if (handle_chinese_chars) isolate_chinese(text);
  base::check_cancelled();
  if (strip_accents) {
    UnicodeNormalizer{text::NormalForm::kD}.normalize(text);
    text.erase_if(text::is_nonspacing_mark);
  }
  base::check_cancelled();
  if (lowercase) Lowercase().normalize(text);
}

}  // namespace m2v::tokenizer
