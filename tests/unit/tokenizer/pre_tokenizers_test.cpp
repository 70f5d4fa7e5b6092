#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "m2v/error.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/pre_tokenizers/pre_tokenizer.h"

using m2v::FormatError;
using m2v::tokenizer::AlignedText;
using m2v::tokenizer::PreTokenizer;
using m2v::tokenizer::Span;

namespace {

PreTokenizer parse(const std::string& text) {
  static const std::string file = "tokenizer.json";
  const m2v::base::Json json = m2v::base::parse_json(text, file);
  return PreTokenizer::parse(m2v::base::JsonAt(json, file, "$.pre_tokenizer"));
}

/// The words of a text whose first character is the original's character number `begin`.
std::vector<AlignedText> words_of(const std::string& settings, std::string_view text,
                                  std::size_t begin = 0) {
  std::vector<AlignedText> words;
  words.emplace_back(text, begin);
  parse(settings).split(words);
  return words;
}

std::string joined(const std::vector<AlignedText>& words) {
  std::string all;
  for (const AlignedText& word : words) all += (all.empty() ? "" : "|") + word.utf8();
  return all;
}

std::string split(const std::string& settings, std::string_view text) {
  return joined(words_of(settings, text));
}

std::string split_at_hyphens(const std::string& behavior, const std::string& invert = "false") {
  return split(R"({"type": "Split", "pattern": {"String": "-"}, "behavior": ")" + behavior +
                   R"(", "invert": )" + invert + "}",
               "the-final--countdown-");
}

std::string metaspace(const std::string& fields, std::string_view text, std::size_t begin = 0) {
  return joined(
      words_of(R"({"type": "Metaspace", "replacement": "_")" + fields + "}", text, begin));
}

std::string error_of(const std::string& settings) {
  try {
    parse(settings);
  } catch (const FormatError& error) {
    return error.location();
  }
  return "no error";
}

}  // namespace

TEST_CASE("what becomes of the matches") {
  CHECK(split_at_hyphens("Removed") == "the|final|countdown");
  CHECK(split_at_hyphens("Isolated") == "the|-|final|-|-|countdown|-");
  CHECK(split_at_hyphens("MergedWithPrevious") == "the-|final-|-|countdown-");
  CHECK(split_at_hyphens("MergedWithNext") == "the|-final|-|-countdown|-");
  CHECK(split_at_hyphens("Contiguous") == "the|-|final|--|countdown|-");
  CHECK(split_at_hyphens("Removed", "true") == "-|-|-|-");
  CHECK(split_at_hyphens("MergedWithNext", "true") == "the-|final-|-|countdown-");
}

TEST_CASE("splitting by kinds of characters") {
  CHECK(split(R"({"type": "Whitespace"})", "Hi, w0rld_1!? \u00B2x") == "Hi|,|w0rld_1|!?|\u00B2|x");
  CHECK(split(R"({"type": "WhitespaceSplit"})", " Hi,\u3000you\n") == "Hi,|you");
  CHECK(split(R"({"type": "Punctuation"})", "a,b!? c") == "a|,|b|!|?| c");
  CHECK(split(R"({"type": "Punctuation", "behavior": "Contiguous"})", "b!? c") == "b|!?| c");
  CHECK(split(R"({"type": "Digits", "individual_digits": false})", "a12 \u0663b") ==
        "a|12| |\u0663|b");
  CHECK(split(R"({"type": "Digits", "individual_digits": true})", "a12") == "a|1|2");
  CHECK(split(R"({"type": "CharDelimiterSplit", "delimiter": "\u00e9"})", "1é2éé") == "1|2");
  CHECK(split(R"({"type": "FixedLength", "length": 2})", "日本語") == "日本|語");
  CHECK(split(R"({"type": "FixedLength"})", "1234567") == "12345|67");
}

TEST_CASE("splitting by scripts: kana goes with Han, a blank with anything but at the start") {
  const std::string scripts = R"({"type": "UnicodeScripts"})";
  CHECK(split(scripts, "漢字ー、かなカナ abc дом") == "漢字ー|、|かなカナ |abc |дом");
  CHECK(split(scripts, "  ab") == "ab");
  CHECK(split(scripts, "  ").empty());
}

TEST_CASE("Metaspace marks blanks, and the start of what it is given") {
  CHECK(metaspace("", "a b  c") == "_a|_b|_|_c");
  CHECK(metaspace("", " a") == "_a");
  CHECK(metaspace(R"(, "split": false)", "a b") == "_a_b");
  CHECK(metaspace(R"(, "prepend_scheme": "never")", "a b") == "a|_b");
  CHECK(metaspace(R"(, "prepend_scheme": "first")", "a") == "_a");
  CHECK(metaspace(R"(, "prepend_scheme": "first")", "a", 3) == "a");
  CHECK(metaspace(R"(, "add_prefix_space": false, "prepend_scheme": "never")", "a") == "a");
}

TEST_CASE("ByteLevel spells bytes, and splits as GPT-2 does") {
  const std::string type = R"({"type": "ByteLevel", "trim_offsets": true, "add_prefix_space": )";
  CHECK(split(type + "false}", "I'll go  \u00e9!") == "I|'ll|\u0120go|\u0120|\u0120\u00c3\u00a9|!");
  CHECK(split(type + "true}", "a b") == "\u0120a|\u0120b");
  CHECK(split(type + "true}", " a") == "\u0120a");
  CHECK(split(type + R"(false, "use_regex": false})", "a b") == "a\u0120b");
}

TEST_CASE("words know where they come from") {
  const auto words = words_of(
      R"({"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"},
          {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true}]})",
      "a \u00e9t", 10);
  REQUIRE(words.size() == 2);
  CHECK(words[1].utf8() == "\u0120\u00c3\u00a9t");
  CHECK(words[1].span(0) == Span{12, 13});  // the blank goes with the first character
  CHECK(words[1].span(2) == Span{12, 13});
  CHECK(words[1].span(3) == Span{13, 14});
}

TEST_CASE("what the file says wrongly about pre-tokenizers is named with its position") {
  CHECK(error_of(R"({"type": "Whitespaces"})") == "$.pre_tokenizer.type");
  CHECK(error_of(R"({"type": "Digits"})") == "$.pre_tokenizer");
  CHECK(error_of(R"({"type": "FixedLength", "length": 0})") == "$.pre_tokenizer.length");
  CHECK(error_of(R"({"type": "Punctuation", "behavior": "isolated"})") ==
        "$.pre_tokenizer.behavior");
  CHECK(error_of(R"({"type": "Metaspace", "replacement": "__"})") == "$.pre_tokenizer.replacement");
  CHECK(error_of(R"({"type": "Metaspace", "replacement": "_", "add_prefix_space": false})") ==
        "$.pre_tokenizer.add_prefix_space");
  CHECK(error_of(R"({"type": "Sequence", "pretokenizers": [{"type": "Split", "invert": false,
                     "pattern": {"Regex": "(a"}, "behavior": "Removed"}]})") ==
        "$.pre_tokenizer.pretokenizers[0].pattern.Regex");
}
