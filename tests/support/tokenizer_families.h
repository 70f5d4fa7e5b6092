#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/json.h"
#include "support/tokenizer_json.h"
#include "tokenize/byte_alphabet.h"
#include "unicode/unicode.h"

namespace m2v::test {

/// A tokenizer.json of these stages, each as JSON text.
inline core::Json tokenizer_of(const std::string& normalizer, const std::string& pre_tokenizer,
                               const std::string& model) {
  return core::parse_json(R"({"version": "1.0", "added_tokens": [
      {"id": 0, "content": "<x>", "single_word": false, "lstrip": true, "rstrip": false,
       "normalized": true, "special": false}],
    "normalizer": )" + normalizer +
                              R"(, "pre_tokenizer": )" + pre_tokenizer + R"(, "model": )" + model +
                              "}",
                          "test");
}

/// A byte-level BPE of all bytes and a few merges.
inline std::string byte_level_model(const std::string& settings) {
  std::vector<std::string> tokens = {"<x>"};
  for (const char32_t c : tokenize::kByteAlphabet) tokens.push_back(unicode::to_utf8({&c, 1}));
  std::string merges;
  const std::pair<const char*, const char*> pairs[] = {
      {"Ġ", "t"}, {"h", "e"}, {"Ġt", "he"}, {"l", "l"}, {"'", "s"}, {"Ã", "¤"}, {"1", "2"}};
  for (const auto& [left, right] : pairs) {
    merges += std::string(merges.empty() ? "" : ", ") + "[\"" + left + "\", \"" + right + "\"]";
    tokens.push_back(std::string(left) + right);
  }
  std::string vocabulary;
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    vocabulary += id == 0 ? "\"" : ", \"";
    core::append_json_escaped(vocabulary, tokens[id]);
    vocabulary += "\": " + std::to_string(id);
  }
  return R"({"type": "BPE", )" + settings + R"("vocab": {)" + vocabulary + R"(}, "merges": [)" +
         merges + "]}";
}

inline std::string unigram_model() {
  return R"({"type": "Unigram", "unk_id": 1, "vocab": [["<x>", 0], ["<unk>", 0], ["▁", -2],
    ["a", -3], ["b", -3], ["e", -3], ["t", -3.5], ["h", -3.5], ["▁the", -4], ["▁t", -4.5],
    ["he", -5], ["ab", -5], ["▁ab", -6], ["é", -6], ["я", -6], ["▁я", -7], ["東京", -8],
    ["1", -4], ["▁12", -6], [".", -3], ["▁▁", -6]]})";
}

/// The token that spells a byte, as SentencePiece names it.
inline std::string byte_token(unsigned byte) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  return std::string("<0x") + kHex[byte >> 4 & 15] + kHex[byte & 15] + ">";
}

/// SentencePiece's BPE with the tokens of all bytes and a few merges.
inline std::string sentencepiece_bpe_model() {
  std::string vocabulary = R"("<x>": 0, "<unk>": 1)";
  std::size_t id = 2;
  const auto add = [&](const std::string& token) {
    vocabulary += ", \"" + token + "\": " + std::to_string(id++);
  };
  for (unsigned byte = 0; byte < 256; ++byte) add(byte_token(byte));
  for (const char* character : {"▁", "a", "b", "e", "h", "l",  "o",  "t", "z", "A", ",",
                                ".", "1", "2", "é", "я", "東", "京", "<", ">", "x"}) {
    add(character);
  }
  std::string merges;
  const std::pair<const char*, const char*> pairs[] = {
      {"▁", "t"},   {"h", "e"}, {"▁t", "he"}, {"▁", "▁"}, {"▁▁", "▁▁"}, {"l", "l"}, {"1", "2"},
      {"東", "京"}, {"e", "é"}, {".", "▁"},   {"a", "b"}, {"▁", "я"},   {"o", "."}};
  for (const auto& [left, right] : pairs) {
    merges += std::string(merges.empty() ? "" : ", ") + "[\"" + left + "\", \"" + right + "\"]";
    add(std::string(left) + right);
  }
  return R"({"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true,
    "vocab": {)" +
         vocabulary + R"(}, "merges": [)" + merges + "]}";
}

/// One small tokenizer of each kind that has a fast road.
inline std::vector<core::Json> tokenizer_families() {
  const std::string bytes =
      R"({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": )";
  const std::string llama3 =
      R"({"type": "Split", "pattern": {"Regex": "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}, "behavior": )";
  const std::string spaced =
      R"({"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": )";
  const auto sequence = [](const std::string& a, const std::string& b) {
    return R"({"type": "Sequence", "pretokenizers": [)" + a + ", " + b + "]}";
  };
  const std::string metaspace = R"({"type": "Metaspace", "replacement": "▁"})";
  const std::string mark = R"({"type": "Replace", "pattern": {"String": " "}, "content": "▁"})";
  const std::string split = R"({"type": "Split", "pattern": {"String": " "},
      "behavior": "MergedWithPrevious", "invert": false})";
  const std::string collapse =
      R"({"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "})";
  return {
      bert_tokenizer(),
      tokenizer_of("null", bytes + "true}", byte_level_model("")),
      tokenizer_of("null", spaced + "true}", byte_level_model(R"("ignore_merges": true, )")),
      tokenizer_of(R"({"type": "NFC"})",
                   sequence(llama3 + R"("Isolated", "invert": false})", spaced + "false}"),
                   byte_level_model("")),
      tokenizer_of("null", sequence(llama3 + R"("Removed", "invert": true})", bytes + "false}"),
                   byte_level_model("")),
      tokenizer_of(R"({"type": "Sequence", "normalizers": [{"type": "NFKC"}, )" + collapse + "]}",
                   metaspace, unigram_model()),
      tokenizer_of(R"({"type": "Lowercase"})",
                   sequence(R"({"type": "WhitespaceSplit"})", metaspace), unigram_model()),
      tokenizer_of(R"({"type": "Sequence", "normalizers": [
          {"type": "Strip", "strip_left": true, "strip_right": true}, {"type": "NFKD"},
          {"type": "StripAccents"}, {"type": "Nmt"}]})",
                   R"({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"})",
                   unigram_model()),
      tokenizer_of(R"({"type": "Sequence", "normalizers": [
          {"type": "Prepend", "prepend": "▁"}, )" +
                       mark + "]}",
                   "null", sentencepiece_bpe_model()),
      tokenizer_of(mark, split, sentencepiece_bpe_model()),
      tokenizer_of(R"({"type": "NFKC"})",
                   R"({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first",
                       "split": false})",
                   sentencepiece_bpe_model()),
  };
}

}  // namespace m2v::test
