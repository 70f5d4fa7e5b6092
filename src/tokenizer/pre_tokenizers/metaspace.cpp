#include "tokenize/pre_tokenizers/metaspace.h"

#include <string>
#include <utility>

#include "tokenize/pre_tokenizers/char_delimiter.h"
#include "tokenize/pre_tokenizers/split_behavior.h"

namespace m2v::tokenize {
namespace {

Metaspace::Prepend parse_prepend(const core::JsonAt& json) {
  if (json.string() == "always") return Metaspace::Prepend::kAlways;
  if (json.string() == "first") return Metaspace::Prepend::kFirst;
  if (json.string() == "never") return Metaspace::Prepend::kNever;
  json.fail("there is no prepend_scheme \"" + json.string() + "\"");
}

}  // namespace

Metaspace Metaspace::parse(const core::JsonAt& json) {
  Metaspace metaspace;
  metaspace.replacement = parse_character(json.at("replacement"));
  if (const auto scheme = json.find("prepend_scheme")) metaspace.prepend = parse_prepend(*scheme);
  // Both are of older versions: the first came before prepend_scheme, the second counts for
  // nothing.
  const auto add_prefix = json.get("add_prefix_space");
  if (add_prefix && !add_prefix->boolean() && metaspace.prepend != Prepend::kNever) {
    add_prefix->fail("this and prepend_scheme contradict each other");
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
      append_split(word, stretches_of(word, is_mark), SplitBehavior::kMergedWithNext, pieces);
    } else {
      pieces.push_back(std::move(word));
    }
  });
}

}  // namespace m2v::tokenize
