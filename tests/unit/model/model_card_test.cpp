#include "model/model_card.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "formats/front_matter.h"
#include "model/card_facts.h"

using m2v::formats::to_yaml_scalar;
using m2v::model::card_for_hub;
using m2v::model::CardData;
using m2v::model::read_card;
using m2v::model::write_card;
using Strings = std::vector<std::string>;

namespace {

CardData read(const std::string& markdown, const Strings& expected_warnings = {}) {
  Strings warnings;
  CardData card = read_card(markdown, "R", warnings);
  CHECK(warnings == expected_warnings);
  return card;
}

Strings tags(const std::string& yaml, const Strings& expected_warnings = {}) {
  return read("---\n" + yaml + "\n---\n", expected_warnings).tags;
}

}  // namespace

TEST_CASE("front matter is read") {
  const CardData card = read(
      "---\n"
      "# a comment\n"
      "base_model: sentence-transformers/all-MiniLM-L6-v2 # behind a text\n"
      "library_name: model2vec\n"
      "'license': \"apache-2.0\"\r\n"
      "\n"
      "language:\n"
      "- en\n"
      "- 'no'\n"
      "model-index:\n"
      "  - name: x\n"
      "    results: {a: [1, 2}\n"
      "- odd: but not ours\n"
      "tags: [a, 'it''s', \"q\\\"\\u00e9\\n\"]\n"
      "widget: |\n"
      "  tags: [wrong]\n"
      "---\n"
      "# Title\ntags: [wrong]\n");
  CHECK(card.base_model == "sentence-transformers/all-MiniLM-L6-v2");
  CHECK(card.license == "apache-2.0");
  CHECK(card.languages == Strings{"en", "no"});
  CHECK(card.tags == Strings{"a", "it's", "q\"é\n"});
}

TEST_CASE("a list may be one text, nothing, or span lines") {
  CHECK(tags("tags: one") == Strings{"one"});
  CHECK(tags("tags:") == Strings{});
  CHECK(tags("tags: null") == Strings{});
  CHECK(tags("tags: []") == Strings{});
  CHECK(tags("tags: [a, b,]  # c") == Strings{"a", "b"});
  CHECK(tags("tags: [a,\n  b,\n  c]") == Strings{"a", "b", "c"});
  CHECK(tags("tags:\n  - a\n\n  # c\n  - \"b # c\"\n  -") == Strings{"a", "b # c"});
  CHECK(tags("tags: c#") == Strings{"c#"});
}

TEST_CASE("no front matter, no warning") {
  CHECK(read("").tags.empty());
  CHECK(read("# Title\n---\ntags: [a]\n---\n").tags.empty());
  CHECK(read("---\n---\n").tags.empty());
  CHECK(read("\xEF\xBB\xBF---\ntags: a\n...\n").tags == Strings{"a"});
  CHECK(read("---\nbase_model: unknown\n---").base_model.empty());
  CHECK(read("---\nbase_model:\n- first\n- second\n---").base_model == "first");
}

TEST_CASE("what cannot be read is a warning with its line, and the rest is read") {
  const std::string nothing = ": front matter: neither a text nor a list of texts";
  CHECK(tags("just words\ntags: a", {"R: line 2: front matter: expected \"key: value\""}) ==
        Strings{"a"});
  CHECK(tags("  indented: x\ntags: a", {"R: line 2: front matter: expected \"key: value\""}) ==
        Strings{"a"});
  CHECK(tags("tags: [a, b", {"R: line 2: front matter: a list without its closing bracket"}) ==
        Strings{});
  CHECK(tags("tags: [a] b", {"R: line 2: front matter: unexpected text after the list"}) ==
        Strings{});
  CHECK(tags("tags: \"a", {"R: line 2: front matter: an unterminated quote"}) == Strings{});
  CHECK(tags("tags: 'a' b", {"R: line 2: front matter: unexpected text after the closing quote"}) ==
        Strings{});
  CHECK(tags("tags: \"\\q\"", {"R: line 2: front matter: an unknown escape in double quotes"}) ==
        Strings{});
  CHECK(tags("tags: \"\\u12", {"R: line 2: front matter: an unknown escape in double quotes"}) ==
        Strings{});
  CHECK(tags("tags: {a: b}", {"R: line 2" + nothing}) == Strings{});
  CHECK(tags("tags: *anchor", {"R: line 2" + nothing}) == Strings{});
  CHECK(tags("tags:\n  a: b", {"R: line 2" + nothing}) == Strings{});
  CHECK(tags("tags:\n- a: b", {"R: line 2" + nothing}) == Strings{});
  CHECK(tags("tags:\n- a\n  - b", {"R: line 2" + nothing}) == Strings{});
  CHECK(read("---\ntags: a\n", {"R: line 1: the front matter is not terminated"}).tags.empty());
  CHECK(read("---", {"R: line 1: the front matter is not terminated"}).tags.empty());
}

TEST_CASE("a member that is there twice stays as it is, with a warning") {
  const std::string lines = "license: mit\ntags: [a]\nlicense: >-\n  apache-2.0\n";
  std::vector<std::string> warnings;
  const CardData card = read_card("---\n" + lines + "---\n", "x", warnings);
  CHECK(card.license.empty());
  CHECK(card.other_lines == "license: mit\nlicense: >-\n  apache-2.0\n");
  CHECK(card.tags == Strings{"a"});
  CHECK(warnings == Strings{"x: line 2: front matter: \"license\" occurs more than once",
                            "x: line 4: front matter: \"license\" occurs more than once"});
  const CardData again = read_card(write_card(card, "m", {}), "y", warnings);
  CHECK(again.license.empty());
  CHECK(again.other_lines == card.other_lines);
}

TEST_CASE("a quote in a comment opens nothing") {
  std::vector<std::string> warnings;
  const CardData card = read_card(
      "---\nother: [a,\n b]\n# it's\nlicense: mit\ntags: [x, # don't\n y]\n---\n", "x", warnings);
  CHECK(card.license == "mit");
  CHECK(card.other_lines.starts_with("other: [a,\n b]\n# it's\n"));
}

TEST_CASE("a carriage return ends a line, as in YAML") {
  std::vector<std::string> warnings;
  const CardData card = read_card("---\r\nlicense: mit\rother: a\r\n---\r\n", "x", warnings);
  CHECK(card.license == "mit");
  CHECK(card.other_lines == "other: a\n");
}

TEST_CASE("texts that YAML would take for something else are quoted") {
  CHECK(to_yaml_scalar("en") == "en");
  CHECK(to_yaml_scalar("a/b-c_d.e2") == "a/b-c_d.e2");
  for (const char* text : {"no", "No", "yes", "null", "~", "12", "1e3", "-", "a: b", "a #b", "",
                           " a", "[a]", "@a", "true", "2024-01-01", "it's", "é"}) {
    CHECK_MESSAGE(to_yaml_scalar(text) == "\"" + std::string(text) + "\"", text);
  }
  CHECK(to_yaml_scalar("a\"\\\n") == R"("a\"\\\n")");
}

TEST_CASE("a written card reads back") {
  CardData card;
  card.base_model = "a \"strange\": name\n# x";
  card.license = "no";
  card.languages = {"no", "zh-Hant", ""};
  card.tags = {"static-embeddings", "a, b"};
  const std::string text = write_card(card, "my\n# model", {});
  const CardData back = read(text);
  CHECK(back.base_model == card.base_model);
  CHECK(back.license == card.license);
  CHECK(back.languages == card.languages);
  CHECK(back.tags == Strings{"static-embeddings", "a, b", "embeddings", "sentence-transformers"});
  CHECK(m2v::model::is_generated_card(text));
  CHECK(text.find("\n# my \\# model\n") != std::string::npos);
  CHECK_FALSE(m2v::model::is_generated_card("---\nlicense: mit\n---\n# Mine\n"));
}

TEST_CASE("a card names the programs that can load the model, and no other") {
  const auto names = [](bool model2vec, bool sentence_transformers, const char* name) {
    return write_card({}, "m", {model2vec, sentence_transformers}).find(name) != std::string::npos;
  };
  CHECK(names(true, true, "from model2vec import"));
  CHECK(names(true, true, "from sentence_transformers import"));
  CHECK_FALSE(names(true, false, "from sentence_transformers import"));
  CHECK_FALSE(names(false, false, "from model2vec import"));
  CHECK(write_card({}, "m", {}).find("base_model") == std::string::npos);
}

TEST_CASE("a card tells what is known of the model, and no more") {
  using m2v::formats::TensorType;
  using m2v::formats::TensorView;
  const std::vector<std::byte> bytes(3'000'000);
  const std::vector<TensorView> tensors = {{"embeddings", TensorType::kI8, {1500, 2000}, bytes},
                                           {"mapping", TensorType::kI32, {1'234'567}, {}}};
  const auto config = m2v::base::parse_json(
      R"({"sif_coefficient": null, "apply_pca": "auto", "pooling": "a|b", "seq_length": 9})", "c");
  const m2v::model::CardFacts facts = m2v::model::card_facts(tensors, config, 123'456);
  CHECK(facts == m2v::model::CardFacts{
                     {"Dimensions", "2000"},
                     {"Vectors", "1,500"},
                     {"Tokens that share them", "1,234,567"},
                     {"Size", "3.0 MB"},
                     {"Pooling of the teacher's states", "a|b"},
                     {"Principal components", "auto"},
                     {"SIF coefficient", "none"},
                     {"Speed",
                      "120,000 texts of ten words per second, on one thread of the machine "
                      "that made it"}});
  const std::string card = write_card({}, "m", {}, facts);
  CHECK(card.find("| Pooling of the teacher's states | a\\|b |\n") != std::string::npos);
  CHECK(m2v::model::card_facts(tensors, config).size() == facts.size() - 1);
  CHECK(write_card({}, "m", {}).find("| |") == std::string::npos);
}

TEST_CASE("a generated card on the hub names the repository") {
  const std::string card = write_card({}, "x", {});
  CHECK(card.find("path/to/model") != std::string::npos);
  const std::string there = card_for_hub(card, "me/x");
  CHECK(there.find("path/to/model") == std::string::npos);
  CHECK(there.find("stands for the folder") == std::string::npos);
  CHECK(there.find("m2v encode -m me/x texts.txt") != std::string::npos);
  CHECK(there.find("from_pretrained(\"me/x\")") != std::string::npos);
  CHECK(m2v::model::is_generated_card(there));
  CHECK(card_for_hub(there, "me/x") == there);
}
