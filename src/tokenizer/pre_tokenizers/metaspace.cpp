#include "tokenizer/pre_tokenizers/metaspace.h"

#include <string>
#include <utility>

#include "tokenizer/pre_tokenizers/char_delimiter.h"
#include "tokenizer/pre_tokenizers/split_behavior.h"

namespace m2v::tokenizer {
namespace {

Metaspace::Prepend parse_prepend(const base::JsonAt& json) {
  if (json.string() == "always") return Metaspace::Prepend::kAlways;
  if (json.string() == "first") return Metaspace::Prepend::kFirst;
  if (json.string() == "never") return Metaspace::Prepend::kNever;
  json.fail("unknown prepend_scheme \"" + json.string() + "\"");
}

}  // namespace

Metaspace Metaspace::parse(const base::JsonAt& json) {
  Metaspace metaspace;
  metaspace.replacement = parse_character(json.at("replacement"));
  if (const auto scheme = json.find("prepend_scheme")) metaspace.prepend = parse_prepend(*scheme);
  // Both members are from older versions: add_prefix_space preceded prepend_scheme, and str_rep has
  // no effect.
  const auto add_prefix = json.get("add_prefix_space");
  if (add_prefix && !add_prefix->boolean() && metaspace.prepend != Prepend::kNever) {
    add_prefix->fail("add_prefix_space contradicts prepend_scheme");
  }
  if (const auto text = json.get("str_rep")) text->string();
  metaspace.splits = json.boolean_or("split", true);
  return metaspace;
}

void Metaspace::mark(AlignedText& word) const {
  word.map([&](char32_t c) { return c == U' ' ? replacement : c; });
  if (word[0] == replacement || prepend == Prepend::kNever) return;
  if (prepend == Prepend::kAlways || word.span(0).begin == 0) {
    word.prepend(std::u32string_view(&replacement, 1));
  }
}

void Metaspace::split(std::vector<AlignedText>& words) const {
  const auto is_mark = [&](char32_t c) { return c == replacement; };
  split_each(words, [&](AlignedText& word, std::vector<AlignedText>& pieces) {
    mark(word);
    if (splits) {
      append_split(word, segments_of(word, is_mark), SplitBehavior::kMergedWithNext, pieces);
    } else {
      pieces.push_back(std::move(word));
    }
  });
}

}  // namespace m2v::tokenizer
