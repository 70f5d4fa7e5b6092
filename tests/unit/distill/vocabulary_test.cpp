#include <doctest/doctest.h>

#include "distill/merges.h"
#include "distill/model_vocabulary.h"
#include "distill/rewrite_tokenizer.h"
#include "m2v/error.h"

using namespace m2v;
using distillation::Merges;
using distillation::ModelVocabulary;

namespace {

using Strings = std::vector<std::string>;

base::Json parse(const std::string& json) { return base::parse_json(json, "test"); }

ModelVocabulary read(const base::Json& json) {
  static const std::string file = "test";
  return ModelVocabulary::read(base::JsonAt(json, file, "$.model"));
}

Merges read_merges(const std::string& json) {
  static const std::string file = "test";
  return Merges::read(base::JsonAt(parse(json), file));
}

Strings texts(const ModelVocabulary& vocabulary) {
  Strings result;
  for (const auto& token : vocabulary.tokens()) result.push_back(token.text);
  return result;
}

const base::Json kBpe = parse(R"({"type": "BPE", "unk_token": null, "vocab":
    {"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4, "bc": 5}, "merges": ["a b", "ab c", "b c"]})");

const base::Json kUnigram = parse(R"({"type": "Unigram", "unk_id": 2, "vocab":
    [["<s>", 0], ["x", -3.5], ["<unk>", 0], ["y", -7.25], ["x", -4]]})");

}  // namespace

TEST_CASE("merges of both formats, in order of their ranks") {
  for (const char* json : {R"(["a b", "ab c", "b c"])", R"([["a","b"],["ab","c"],["b","c"]])",
                           R"(["#version: 0.2", "a b", "ab c", "b c"])"}) {
    const Merges merges = read_merges(json);
    CHECK(merges.as_json().dump() == R"([["a","b"],["ab","c"],["b","c"]])");
    CHECK(merges.steps("abcbc") == Strings{"a", "b", "c", "b", "c", "ab", "abc", "bc"});
  }
  for (const char* json :
       {R"(["a"])", R"(["a b c"])", R"([["a"]])", "[3]", R"([["a", 1]])", "{}"}) {
    CAPTURE(json);
    CHECK_THROWS_AS(read_merges(json), FormatError);
  }
}

TEST_CASE("a new word is merged two by two, after the merges that are there") {
  Merges merges = read_merges(R"(["a b"])");
  // ab x y z -> abx yz -> abxyz
  CHECK(merges.add_word("abxyz") == Strings{"ab", "abx", "x", "y", "yz", "z"});
  CHECK(merges.as_json().dump() == R"([["a","b"],["ab","x"],["y","z"],["abx","yz"]])");
  CHECK(merges.add_word("abxyz").empty());
  // Pairs that are equal are merged at once: "nana" is na na.
  CHECK(merges.add_word("nana") == Strings{"a", "n", "na"});
}

TEST_CASE("a new word of a BPE model brings what it is made of") {
  ModelVocabulary vocabulary = read(kBpe);
  vocabulary.append_word("abdé");
  CHECK(texts(vocabulary) == Strings{"a", "b", "c", "ab", "abc", "bc", "abdé", "abd", "d", "é"});
  base::Json json = kBpe;
  vocabulary.write(json);
  CHECK(json.find("merges")->dump() ==
        R"([["a","b"],["ab","c"],["b","c"],["ab","d"],["abd","é"]])");
  CHECK(json.find("vocab")->find("é")->integer() == 9);
  CHECK(json.find("unk_token")->is_null());
}

TEST_CASE("merges go with any of their three tokens") {
  const auto without = [](const std::string& gone) {
    ModelVocabulary vocabulary = read(kBpe);
    vocabulary.remove([&](const auto& token) { return token.text == gone; });
    return vocabulary.merges().as_json().dump();
  };
  CHECK(without("nothing") == R"([["a","b"],["ab","c"],["b","c"]])");
  CHECK(without("abc") == R"([["a","b"],["b","c"]])");
  CHECK(without("ab") == R"([["b","c"]])");
  CHECK(without("c") == R"([["a","b"]])");
  CHECK(without("b") == R"([["ab","c"]])");
}

TEST_CASE("a merge's right part loses the continuing prefix") {
  base::Json json = parse(R"({"type": "BPE", "unk_token": "a", "continuing_subword_prefix": "##",
      "vocab": {"a": 0, "##b": 1, "ab": 2, "c": 3}, "merges": ["a ##b"]})");
  ModelVocabulary vocabulary = read(json);
  vocabulary.remove([](const auto& token) { return token.text == "c"; });
  CHECK(vocabulary.merges().list().size() == 1);
}

TEST_CASE("the unknown token of a Unigram keeps its token, whatever its id") {
  ModelVocabulary vocabulary = read(kUnigram);
  CHECK(vocabulary.unknown == "<unk>");
  CHECK(texts(vocabulary) == Strings{"<s>", "<unk>", "y", "x"});  // the last of two "x" counts
  vocabulary.remove([](const auto& token) { return token.text == "<s>"; });
  vocabulary.append_word("new");
  base::Json json = kUnigram;
  vocabulary.write(json);
  CHECK(json.find("unk_id")->integer() == 0);
  CHECK(json.find("vocab")->dump() == R"([["<unk>",0.0],["y",-7.25],["x",-4.0],["new",-7.25]])");
  vocabulary.remove([](const auto& token) { return token.text == "<unk>"; });
  vocabulary.write(json);
  CHECK(json.find("unk_id")->is_null());
}

TEST_CASE("vocabularies that are none are refused with the position") {
  for (const char* json :
       {R"({"type": "Unigram", "vocab": [["a"]]})", R"({"type": "Unigram", "vocab": {"a": 1}})",
        R"({"type": "Unigram", "vocab": [["a", 0]], "unk_id": 1})",
        R"({"type": "Unigram", "vocab": [["a", "0"]]})", R"({"type": "BPE", "vocab": {"a": 0}})",
        R"({"type": "BPE", "vocab": {"a": 4294967295}, "merges": []})",
        R"({"type": "BPE", "vocab": {"a": 0, "b": 0}, "merges": []})",
        R"({"type": "WordLevel", "vocab": {"a": 0}})"}) {
    CAPTURE(json);
    CHECK_THROWS_AS(read(parse(json)), FormatError);
  }
}

TEST_CASE("a byte-level pre-tokenizer adds the prefix space, inside a Sequence too") {
  distillation::Teacher teacher;
  teacher.tokenizer_path = "tokenizer.json";
  base::Json tokenizer = parse(R"({"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
      {"type": "Digits", "individual_digits": true},
      {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}]}})");
  tokenizer.set("model", kBpe);
  teacher.tokenizer = tokenizer;
  const OnEvent no_events;
  const auto result = distillation::rewrite_tokenizer(teacher, {}, base::Events(no_events));
  const auto& steps = result.tokenizer.find("pre_tokenizer")->find("pretokenizers")->array();
  CHECK(steps[1].find("add_prefix_space")->boolean());
  CHECK(result.tokens == Strings{"a", "b", "c", "ab", "abc", "bc"});
}
