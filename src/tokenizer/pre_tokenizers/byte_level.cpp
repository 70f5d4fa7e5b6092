#include "tokenizer/pre_tokenizers/byte_level.h"

#include <string>
#include <utility>

#include "text/unicode.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/pre_tokenizers/split.h"
#include "tokenizer/pre_tokenizers/split_behavior.h"

namespace m2v::tokenizer {
namespace {

constexpr char kGpt2[] =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

AlignedText spelled_in_bytes(const AlignedText& text) {
  AlignedText spelled;
  std::string utf8;
  for (std::size_t i = 0; i < text.size(); ++i) {
    utf8.clear();
    text::append_utf8(text[i], utf8);
    for (const char byte : utf8) {
      spelled.push_back(kByteAlphabet[static_cast<unsigned char>(byte)], text.span(i));
    }
  }
  return spelled;
}

}  // namespace

ByteLevel ByteLevel::parse(const base::JsonAt& json) {
  ByteLevel pre_tokenizer;
  pre_tokenizer.add_prefix_space = json.at("add_prefix_space").boolean();
  json.at("trim_offsets").boolean();  // required, but used only by the post-processor
  const auto use_regex = json.find("use_regex");
  if (!use_regex || use_regex->boolean()) pre_tokenizer.pattern = Regex::compile(kGpt2, json);
  return pre_tokenizer;
}

void ByteLevel::split(std::vector<AlignedText>& words) const {
  split_each(words, [&](AlignedText& word, std::vector<AlignedText>& pieces) {
    if (add_prefix_space && word[0] != U' ') word.prepend(U" ");
    if (pattern) {
      append_split(word, segments_of(word, *pattern), SplitBehavior::kIsolated, pieces);
    } else {
      pieces.push_back(std::move(word));
    }
  });
  for (AlignedText& word : words) word = spelled_in_bytes(word);
}

}  // namespace m2v::tokenizer
