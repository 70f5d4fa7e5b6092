#include "distill/rewrite_tokenizer.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "m2v/error.h"

using namespace m2v;
using distillation::RewrittenTokenizer;
using distillation::Teacher;

namespace {

/// A teacher whose vocabulary has gaps and is not in order of ids.
constexpr const char* kTokenizer = R"({
  "version": "1.0",
  "truncation": {"max_length": 128, "strategy": "LongestFirst", "stride": 0},
  "padding": {"strategy": {"Fixed": 128}, "direction": "Right", "pad_id": 7, "pad_token": "[PAD]"},
  "added_tokens": [
    {"id": 12, "special": false, "content": "<mine>", "single_word": true, "lstrip": false,
     "rstrip": false, "normalized": true},
    {"id": 9, "special": true, "content": "[UNK]", "single_word": false, "lstrip": false,
     "rstrip": false, "normalized": false},
    {"id": 1, "special": true, "content": "[CLS]", "single_word": false, "lstrip": false,
     "rstrip": false, "normalized": false},
    {"id": 7, "special": true, "content": "[PAD]", "single_word": false, "lstrip": true,
     "rstrip": false, "normalized": false},
    {"id": 40, "special": true, "content": "<outside>", "single_word": false, "lstrip": false,
     "rstrip": false, "normalized": false}],
  "normalizer": {"type": "BertNormalizer", "lowercase": true},
  "pre_tokenizer": {"type": "BertPreTokenizer"},
  "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
  "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
  "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
    "max_input_chars_per_word": 100,
    "vocab": {"the": 20, "[CLS]": 1, "##ing": 4, "[PAD]": 7, "[UNK]": 9, "[unused1]": 3,
              "a [unused2]": 5, "<mine>": 12, "été": 6}}
})";

Teacher make_teacher(const std::string& json = kTokenizer) {
  Teacher teacher;
  teacher.tokenizer_path = "tokenizer.json";
  teacher.tokenizer = base::parse_json(json, teacher.tokenizer_path);
  return teacher;
}

RewrittenTokenizer rewrite_tokenizer(const Teacher& teacher,
                                     const std::optional<std::string>& pattern,
                                     std::vector<std::string>* warnings = nullptr) {
  const OnEvent on_event = [&](const Event& event) {
    CHECK(event.kind == Event::Kind::kWarning);
    if (warnings != nullptr) warnings->push_back(event.message);
    return true;
  };
  return distillation::rewrite_tokenizer(
      teacher, {.remove_pattern = pattern, .vocabulary = {}, .corpus = {}}, base::Events(on_event));
}

using Strings = std::vector<std::string>;
using Ids = std::vector<std::uint32_t>;
const std::string kDefault = R"(\[unused\d+\])";

std::string problem_of(const Teacher& teacher) {
  try {
    rewrite_tokenizer(teacher, kDefault);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "no FormatError was thrown";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("special, added and matched tokens go; the rest is renumbered in order of the old ids") {
  const RewrittenTokenizer result = rewrite_tokenizer(make_teacher(), kDefault);
  // By old id: 1 [CLS] goes, 3 [unused1] goes, 4, 5 (matches only inside), 6, 7, 9, 12 <mine> goes.
  CHECK(result.tokens == Strings{"##ing", "a [unused2]", "été", "[PAD]", "[UNK]", "the"});
  CHECK(result.original_ids == Ids{4, 5, 6, 7, 9, 20});
  CHECK(result.teacher_tokens == 10);  // nine in the vocabulary, one outside of it
  const base::Json& json = result.tokenizer;
  CHECK(json.find("model")->find("vocab")->dump() ==
        R"({"##ing":0,"a [unused2]":1,"été":2,"[PAD]":3,"[UNK]":4,"the":5})");
  CHECK(json.find("truncation")->is_null());
  CHECK(json.find("padding")->is_null());
  CHECK(json.find("post_processor")->is_null());
}

TEST_CASE("the unknown and the padding token keep their order and settings, with new ids") {
  const RewrittenTokenizer result = rewrite_tokenizer(make_teacher(), kDefault);
  const base::Json added = *result.tokenizer.find("added_tokens");
  REQUIRE(added.array().size() == 2);
  CHECK(added.array()[0].find("content")->string() == "[UNK]");
  CHECK(added.array()[0].find("id")->integer() == 4);
  CHECK(added.array()[1].find("content")->string() == "[PAD]");
  CHECK(added.array()[1].find("id")->integer() == 3);
  CHECK(added.array()[1].find("lstrip")->boolean());
}

TEST_CASE("parts of the tokenizer that a static model keeps are unchanged") {
  const Teacher teacher = make_teacher();
  const RewrittenTokenizer result = rewrite_tokenizer(teacher, kDefault);
  for (const char* key : {"version", "normalizer", "pre_tokenizer", "decoder"}) {
    CHECK(result.tokenizer.find(key)->dump() == teacher.tokenizer.find(key)->dump());
  }
  const base::Json& model = *result.tokenizer.find("model");
  CHECK(model.find("continuing_subword_prefix")->string() == "##");
  CHECK(model.find("max_input_chars_per_word")->integer() == 100);
}

TEST_CASE("a pattern matches at the start alone, and never takes the unknown token") {
  CHECK(rewrite_tokenizer(make_teacher(), std::nullopt).tokens ==
        Strings{"[unused1]", "##ing", "a [unused2]", "été", "[PAD]", "[UNK]", "the"});
  CHECK(rewrite_tokenizer(make_teacher(), "##").tokens ==
        Strings{"[unused1]", "a [unused2]", "été", "[PAD]", "[UNK]", "the"});
  CHECK(rewrite_tokenizer(make_teacher(), "th|##.*|ing").tokens ==
        Strings{"[unused1]", "a [unused2]", "été", "[PAD]", "[UNK]"});
  CHECK(rewrite_tokenizer(make_teacher(), R"(\w{3}$)").tokens ==
        Strings{"[unused1]", "##ing", "a [unused2]", "[PAD]", "[UNK]"});  // "été" and "the"
  const RewrittenTokenizer all = rewrite_tokenizer(make_teacher(), ".*");
  CHECK(all.tokens == Strings{"[UNK]"});
  CHECK(all.tokenizer.find("added_tokens")->array().size() == 1);  // [PAD] went with the rest
}

TEST_CASE("a bad pattern, and one that leaves nothing") {
  CHECK_THROWS_AS(rewrite_tokenizer(make_teacher(), "[unclosed"), std::invalid_argument);
  CHECK_THROWS_AS(rewrite_tokenizer(make_teacher(), "(?P<x>"), std::invalid_argument);
  CHECK_THROWS_AS(rewrite_tokenizer(make_teacher(), "\xe9t\xe9"), std::invalid_argument);
  Teacher teacher = make_teacher();
  teacher.tokenizer.find("model")->set("unk_token", "[NONE]");
  CHECK_THROWS_AS(rewrite_tokenizer(teacher, ".*"), std::invalid_argument);
}

TEST_CASE("a very long token does not exhaust the stack") {
  Teacher teacher = make_teacher();
  teacher.tokenizer.find("model")->find("vocab")->set(std::string(1 << 20, 'x'), 21);
  CHECK(rewrite_tokenizer(teacher, "(x|y)*z").tokens.size() == 8);
}

TEST_CASE("the settings' names for the special tokens win where the vocabulary has them") {
  Teacher teacher = make_teacher();
  teacher.padding = "<mine>";
  teacher.unknown = "the";
  std::vector<std::string> warnings;
  const RewrittenTokenizer result = rewrite_tokenizer(teacher, kDefault, &warnings);
  CHECK(result.tokens == Strings{"##ing", "a [unused2]", "été", "<mine>", "the"});
  CHECK(result.tokenizer.find("model")->find("unk_token")->string() == "the");
  const auto& added = result.tokenizer.find("added_tokens")->array();
  REQUIRE(added.size() == 2);
  CHECK(added[0].find("content")->string() == "<mine>");
  CHECK(added[1].find("content")->string() == "the");  // was no added token: appended as a special
  CHECK(added[1].find("special")->boolean());
  CHECK(added[1].find("id")->integer() == 4);
  CHECK(warnings.size() == 1);

  teacher.unknown = "<nowhere>";
  warnings.clear();
  CHECK(rewrite_tokenizer(teacher, kDefault, &warnings)
            .tokenizer.find("model")
            ->find("unk_token")
            ->string() == "[UNK]");
  CHECK(warnings.size() == 1);
}

TEST_CASE("a padding token outside of the model's vocabulary joins it at its position") {
  Teacher teacher = make_teacher();
  teacher.padding = "<outside>";
  const RewrittenTokenizer result = rewrite_tokenizer(teacher, kDefault);
  CHECK(result.tokens == Strings{"##ing", "a [unused2]", "été", "[UNK]", "the", "<outside>"});
  CHECK(result.original_ids.back() == 40);
  CHECK(result.tokenizer.find("added_tokens")->array()[1].find("id")->integer() == 5);
}

TEST_CASE("tokenizers that cannot be rewritten are refused with the position") {
  Teacher teacher = make_teacher();
  teacher.tokenizer.find("model")->set("type", "Morphemes");
  std::string problem = problem_of(teacher);
  CHECK(contains(problem, "tokenizer.json: $.model.type"));
  CHECK(contains(problem, "Morphemes"));

  teacher = make_teacher();
  teacher.tokenizer.find("model")->find("vocab")->set("twin", 20);
  problem = problem_of(teacher);
  CHECK(contains(problem, "$.model.vocab"));
  CHECK(contains(problem, "\"the\" and \"twin\""));

  teacher = make_teacher();
  teacher.tokenizer.find("model")->find("vocab")->set("the", -4);
  CHECK(contains(problem_of(teacher), "$.model.vocab[\"the\"]"));
  teacher.tokenizer.find("model")->find("vocab")->set("the", std::int64_t{1} << 32);
  CHECK(contains(problem_of(teacher), "$.model.vocab[\"the\"]"));

  teacher = make_teacher();
  teacher.padding = "<outside>";
  teacher.tokenizer.find("added_tokens")->array()[4].set("id", 20);
  CHECK(contains(problem_of(teacher), "$.added_tokens[4].id"));

  for (const char* json : {"{}", "[]", R"({"model": {}})", R"({"model": {"type": "WordPiece"}})",
                           R"({"model": {"type": "WordPiece", "unk_token": "a", "vocab": []}})"}) {
    CAPTURE(json);
    CHECK(contains(problem_of(make_teacher(json)), "tokenizer.json: $"));
  }
}
