#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "support/charsmap.h"
#include "support/tokenizer_json.h"
#include "text/unicode.h"
#include "tokenizer/byte_alphabet.h"

namespace m2v::test {

/// Returns a tokenizer.json with one added token. The stages are given as JSON.
inline base::Json tokenizer_of(const std::string& normalizer, const std::string& pre_tokenizer,
                               const std::string& model) {
  return base::parse_json(R"({"version": "1.0", "added_tokens": [
      {"id": 0, "content": "<x>", "single_word": false, "lstrip": true, "rstrip": false,
       "normalized": true, "special": false}],
    "normalizer": )" + normalizer +
                              R"(, "pre_tokenizer": )" + pre_tokenizer + R"(, "model": )" + model +
                              "}",
                          "test");
}

/// Returns the same tokenizer with added tokens of every kind.
inline base::Json with_added_tokens(base::Json tokenizer) {
  struct Kind {
    const char* content;
    bool single_word, lstrip, rstrip, normalized, special;
  };
  static constexpr Kind kKinds[] = {
      {"<x>", false, true, false, true, false},     {"[MASK]", false, true, true, false, true},
      {"ab", true, false, false, true, false},      {"</s>", false, false, false, false, true},
      {"É", false, false, true, true, false},       {"<x><x>", false, false, false, false, false},
      {"the  t", false, false, false, true, false}, {" ", true, false, false, false, false}};
  base::Json::Array tokens;
  for (const Kind& kind : kKinds) {
    base::Json token = base::parse_json(R"({"id": 0})", "test");
    token.set("content", kind.content);
    token.set("single_word", kind.single_word);
    token.set("lstrip", kind.lstrip);
    token.set("rstrip", kind.rstrip);
    token.set("normalized", kind.normalized);
    token.set("special", kind.special);
    tokens.push_back(std::move(token));
  }
  tokenizer.set("added_tokens", std::move(tokens));
  return tokenizer;
}

/// Returns a byte-level BPE model with all bytes and a few merges.
inline std::string byte_level_model(const std::string& settings) {
  std::vector<std::string> tokens = {"<x>"};
  for (const char32_t c : tokenizer::kByteAlphabet) tokens.push_back(text::to_utf8({&c, 1}));
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
    base::append_json_escaped(vocabulary, tokens[id]);
    vocabulary += "\": " + std::to_string(id);
  }
  return R"({"type": "BPE", )" + settings + R"("vocab": {)" + vocabulary + R"(}, "merges": [)" +
         merges + "]}";
}

/// Returns a Unigram model with a few pieces.
inline std::string unigram_model() {
  return R"({"type": "Unigram", "unk_id": 1, "vocab": [["<x>", 0], ["<unk>", 0], ["▁", -2],
    ["a", -3], ["b", -3], ["e", -3], ["t", -3.5], ["h", -3.5], ["▁the", -4], ["▁t", -4.5],
    ["he", -5], ["ab", -5], ["▁ab", -6], ["é", -6], ["я", -6], ["▁я", -7], ["東京", -8],
    ["1", -4], ["▁12", -6], [".", -3], ["▁▁", -6]]})";
}

/// Returns the token for a byte in SentencePiece's notation, such as "<0x0A>".
inline std::string byte_token(unsigned byte) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  return std::string("<0x") + kHex[byte >> 4 & 15] + kHex[byte & 15] + ">";
}

/// Returns a model whose only tokens are the 256 bytes, with byte fallback: each byte of a word, as
/// the previous stages spell it, becomes a token.
inline std::string bytes_model(const std::string& type) {
  const bool unigram = type == "Unigram";
  std::string tokens;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const std::string token = '"' + byte_token(byte) + '"';
    if (byte > 0) tokens += ", ";
    tokens += unigram ? "[" + token + ", 0]" : token + ": " + std::to_string(byte);
  }
  return R"({"type": ")" + type + R"(", "byte_fallback": true, )" +
         (unigram ? R"("unk_id": 0, "vocab": [)" + tokens + "]}"
                  : R"("merges": [], "vocab": {)" + tokens + "}}");
}

/// Returns a BPE model like SentencePiece's, with tokens for all bytes and a few merges.
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

/// Returns a normalizer with a character map that replaces characters, some of them with a
/// combining mark, by none, one or several characters.
inline std::string charsmap() {
  const CharsmapWriter map({{"\u00ad", ""},
                            {"\u00a0", " "},
                            {"\u3000", " "},
                            {"\u200b", " "},
                            {"\t", " "},
                            {"\uff21", "A"},
                            {"\ufb01", "fi"},
                            {"\u2026", "..."},
                            {"\u2460", "1"},
                            {"e\u0301", "\u00e9"},
                            {"\u0958", "\u0915\u093c"},
                            {"\u3314", "\u30ad\u30ed"},
                            {"\u2581", " "},
                            {"\U0001d400", "A"}});
  return R"({"type": "Precompiled", "precompiled_charsmap": ")" + map.base64() + "\"}";
}

inline std::string sequence_of(const std::string& key, const std::vector<std::string>& steps) {
  std::string json = R"({"type": "Sequence", ")" + key + "\": [";
  for (const std::string& step : steps) json += (&step == steps.data() ? "" : ", ") + step;
  return json + "]}";
}

inline std::string replace_step(const std::string& pattern, const std::string& content) {
  return R"({"type": "Replace", "pattern": )" + pattern + R"(, "content": ")" + content + "\"}";
}

inline std::string metaspace_step(const std::string& settings = "") {
  return R"({"type": "Metaspace", "replacement": "▁")" + settings + "}";
}

/// Small tokenizers that spell words in the byte alphabet: three whose vocabulary lacks it, then
/// ones like GPT-2, RoBERTa, Llama 3, Qwen and cl100k.
inline std::vector<base::Json> byte_level_families() {
  const auto bytes = [](bool prefix_space, bool regex) {
    return std::string(R"({"type": "ByteLevel", "trim_offsets": true, "add_prefix_space": )") +
           (prefix_space ? "true" : "false") + R"(, "use_regex": )" + (regex ? "true}" : "false}");
  };
  const auto split = [](const std::string& digits, const std::string& rest) {
    return R"({"type": "Split", "pattern": {"Regex": "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N})" +
           digits +
           R"(| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}, "behavior": )" +
           rest + "}";
  };
  const std::string isolated = R"("Isolated", "invert": false)";
  const std::string removed = R"("Removed", "invert": true)";
  const std::string nfc = R"({"type": "NFC"})";
  const auto steps = [&](const std::string& a, const std::string& b) {
    return sequence_of("pretokenizers", {a, b});
  };
  return {
      tokenizer_of("null", bytes(false, true), bytes_model("BPE")),
      tokenizer_of("null", bytes(false, true), bytes_model("Unigram")),
      tokenizer_of("null", steps(split("", isolated), bytes(true, false)), bytes_model("BPE")),
      tokenizer_of("null", bytes(false, true), byte_level_model("")),
      tokenizer_of("null", bytes(true, true), byte_level_model(R"("ignore_merges": true, )")),
      tokenizer_of(nfc, steps(split("{1,3}", isolated), bytes(true, false)), byte_level_model("")),
      tokenizer_of(nfc, steps(split("", isolated), bytes(false, false)), byte_level_model("")),
      tokenizer_of("null", steps(split("{1,3}", removed), bytes(false, false)),
                   byte_level_model("")),
  };
}

/// Small tokenizers that mark words with U+2581: ones like those of XLM-R, T5, ALBERT, DeBERTa-v3,
/// Llama 2, Gemma and Mistral, some others, and three whose vocabulary lacks the mark.
inline std::vector<base::Json> metaspace_families() {
  const auto sequence = [](const std::vector<std::string>& steps) {
    return sequence_of("normalizers", steps);
  };
  const std::string collapse = replace_step(R"({"Regex": " {2,}"})", " ");
  const std::string mark = replace_step(R"({"String": " "})", "▁");
  const std::string lowercase = R"({"type": "Lowercase"})";
  const std::string nfkd = R"({"type": "NFKD"})";
  const std::string no_accents = R"({"type": "StripAccents"})";
  const std::string strip = R"({"type": "Strip", "strip_left": true, "strip_right": true})";
  const std::string strip_right = R"({"type": "Strip", "strip_left": false, "strip_right": true})";
  const std::string words =
      sequence_of("pretokenizers", {R"({"type": "WhitespaceSplit"})", metaspace_step()});
  const std::string first = R"(, "prepend_scheme": "first")";
  const std::string split = R"({"type": "Split", "pattern": {"String": " "},
      "behavior": "MergedWithPrevious", "invert": false})";
  return {
      tokenizer_of(sequence({R"({"type": "NFKC"})", collapse}), metaspace_step(), unigram_model()),
      tokenizer_of(lowercase, words, unigram_model()),
      tokenizer_of(charsmap(), words, unigram_model()),
      tokenizer_of(sequence({charsmap(), strip_right, replace_step(R"({"Regex": " {2,}"})", "▁")}),
                   metaspace_step(), unigram_model()),
      tokenizer_of(sequence({replace_step(R"({"String": "``"})", "\\\""), nfkd, no_accents,
                             lowercase, charsmap()}),
                   metaspace_step(), unigram_model()),
      tokenizer_of(sequence({strip, charsmap(), collapse}), metaspace_step(), unigram_model()),
      tokenizer_of(sequence({strip, nfkd, no_accents, R"({"type": "Nmt"})"}), metaspace_step(first),
                   unigram_model()),
      tokenizer_of(sequence({R"({"type": "Prepend", "prepend": "▁"})", mark}), "null",
                   sentencepiece_bpe_model()),
      tokenizer_of(mark, split, sentencepiece_bpe_model()),
      tokenizer_of(R"({"type": "NFKC"})", metaspace_step(first + R"(, "split": false)"),
                   sentencepiece_bpe_model()),
      tokenizer_of(mark, "null", bytes_model("BPE")),
      tokenizer_of("null", metaspace_step(), bytes_model("BPE")),
      tokenizer_of("null", words, bytes_model("Unigram")),
  };
}

/// Returns bert_tokenizer() without lowercasing and without spaces around Chinese characters.
inline base::Json cased_bert_tokenizer() {
  base::Json json = bert_tokenizer();
  base::Json& normalizer = *json.find("normalizer");
  normalizer.set("lowercase", false);
  normalizer.set("handle_chinese_chars", false);
  return json;
}

/// One small tokenizer of each kind that has a fast path.
inline std::vector<base::Json> tokenizer_families() {
  std::vector<base::Json> all = {bert_tokenizer(), cased_bert_tokenizer()};
  for (base::Json& json : byte_level_families()) all.push_back(std::move(json));
  for (base::Json& json : metaspace_families()) all.push_back(std::move(json));
  return all;
}

/// Small tokenizers without a fast path.
inline std::vector<base::Json> reference_only_families() {
  const std::string words = R"({"type": "WordLevel", "unk_token": "<unk>",
      "vocab": {"<unk>": 0, "<x>": 1, "the": 2, "ab": 3, "é": 4, "東": 5, ".": 6}})";
  const std::string end = R"({"type": "BPE", "unk_token": "<unk>", "end_of_word_suffix": "</w>",
      "fuse_unk": true, "vocab": {"<unk>": 0, "<x>": 1, "a": 2, "b": 3, "b</w>": 4, "ab</w>": 5},
      "merges": ["a b</w>"]})";
  const std::string japanese = sequence_of(
      "pretokenizers",
      {R"({"type": "BertPreTokenizer"})", R"({"type": "Digits", "individual_digits": true})"});
  base::Json digits = bert_tokenizer();
  digits.set("pre_tokenizer", base::parse_json(japanese, "test"));
  return {
      tokenizer_of(R"({"type": "Lowercase"})", R"({"type": "Whitespace"})", words),
      tokenizer_of("null", R"({"type": "UnicodeScripts"})", words),
      tokenizer_of("null", R"({"type": "Punctuation", "behavior": "Contiguous"})", words),
      tokenizer_of("null", R"({"type": "WhitespaceSplit"})", end),
      std::move(digits),
  };
}

}  // namespace m2v::test
