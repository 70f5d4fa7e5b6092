#include "m2v/tokenizer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "m2v/error.h"
#include "support/tokenizer_json.h"
#include "tokenizer/tokenizer_impl.h"

using m2v::FormatError;
using m2v::Tokenizer;
using m2v::base::Json;

namespace {

Tokenizer load(const Json& json) { return Tokenizer::from_json(json.dump(), "tokenizer.json"); }

/// The tokens of a text, joined by blanks: what a reader can check by eye.
std::string tokens_of(const Tokenizer& tokenizer, std::string_view text,
                      std::size_t max_tokens = m2v::kNoLimit) {
  std::vector<std::uint32_t> ids;
  tokenizer.encode(text, ids, max_tokens);
  std::string joined;
  for (const std::uint32_t id : ids) {
    joined += (joined.empty() ? "" : " ") + std::string(tokenizer.token(id).value());
  }
  return joined;
}

void add_token(Json& json, const std::string& content, const std::string& flags) {
  Json token = m2v::base::parse_json(
      R"({"id":900,"single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":false})",
      "test");
  token.set("content", content);
  if (!flags.empty()) token.set(flags, true);
  json.find("added_tokens")->array().push_back(token);
}

std::string error_of(const Json& json) {
  try {
    load(json);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("words are lowercased, stripped of accents, split and cut into pieces") {
  const Tokenizer tokenizer = load(m2v::test::bert_tokenizer());
  CHECK(tokens_of(tokenizer, "Hello, World!") == "hello , world !");
  CHECK(tokens_of(tokenizer, "unable embeddings") == "un ##able embedding ##s");
  CHECK(tokens_of(tokenizer, "na\xC3\xAFve NAI\xCC\x88VE") == "naive naive");
  CHECK(tokens_of(tokenizer, "hello\xE6\x9D\xB1\xE4\xBA\xACworld") == "hello 東 京 world");
  CHECK(tokens_of(tokenizer, "world\xE2\x80\x94hello") == "world — hello");
  CHECK(tokens_of(tokenizer, "a\tb\nc\r d") == "a b c d");
  CHECK(tokens_of(tokenizer, "he\x01llo wor\x7Fld") == "hello world");
  CHECK(tokens_of(tokenizer, "").empty());
  CHECK(tokens_of(tokenizer, " \t\n ").empty());
}

TEST_CASE("a word that cannot be made of pieces is one unknown token") {
  const Tokenizer tokenizer = load(m2v::test::bert_tokenizer());
  CHECK(tokens_of(tokenizer, "hello \xE0\xB8\x81\xE0\xB8\x82 world") == "hello [UNK] world");
  CHECK(tokens_of(tokenizer, std::string(100, 'a')).find("[UNK]") == std::string::npos);
  CHECK(tokens_of(tokenizer, std::string(101, 'a')) == "[UNK]");
}

TEST_CASE("ill-formed UTF-8 is U+FFFD, which BERT drops") {
  const Tokenizer tokenizer = load(m2v::test::bert_tokenizer());
  CHECK(tokens_of(tokenizer, "he\xFFllo w\xC3orld\xE2\x82") == "hello world");
}

TEST_CASE("added tokens are found in the text; their flags count") {
  Json json = m2v::test::bert_tokenizer();
  add_token(json, "<a>", "");
  add_token(json, "<ab>", "lstrip");
  add_token(json, "<ab><a>", "");
  add_token(json, "only", "single_word");
  add_token(json, "R\xC3\xA9sum\xC3\xA9", "normalized");
  const Tokenizer tokenizer = load(json);
  CHECK(tokens_of(tokenizer, "[UNK]hello[PAD]") == "[UNK] hello [PAD]");
  CHECK(tokens_of(tokenizer, "<a>  <ab> <ab><a>") == "<a> <ab> <ab><a>");
  CHECK(tokens_of(tokenizer, "only, lonely only") == "only , l ##o ##n ##e ##l ##y only");
  CHECK(tokens_of(tokenizer, "hello RESUME world") == "hello R\xC3\xA9sum\xC3\xA9 world");
  CHECK(tokenizer.id("<a>") == tokenizer.id_limit() - 5);
}

TEST_CASE("max_tokens cuts at the right position") {
  const Tokenizer tokenizer = load(m2v::test::bert_tokenizer());
  CHECK(tokens_of(tokenizer, "hello unable world", 2) == "hello un");
  CHECK(tokens_of(tokenizer, "[UNK] hello [PAD] world", 3) == "[UNK] hello [PAD]");
  CHECK(tokens_of(tokenizer, "hello", 0).empty());
}

TEST_CASE("ids are appended") {
  const Tokenizer tokenizer = load(m2v::test::bert_tokenizer());
  std::vector<std::uint32_t> ids{7};
  tokenizer.encode("hello world", ids, 1);
  CHECK(ids == std::vector<std::uint32_t>{7, tokenizer.id("hello").value()});
}

TEST_CASE("the template puts its special tokens around a sequence") {
  const Tokenizer tokenizer = load(m2v::test::bert_tokenizer());
  const std::uint32_t hello = tokenizer.id("hello").value();
  CHECK(tokenizer.encode_with_special_tokens("hello") == std::vector<std::uint32_t>{2, hello, 3});
  Json json = m2v::test::bert_tokenizer();
  json.set("post_processor", m2v::base::parse_json(R"({"type":"Sequence","processors":[
             {"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true},
             {"type":"RobertaProcessing","sep":["[SEP]",3],"cls":["[CLS]",2]}]})",
                                                   "test"));
  CHECK(load(json).encode_with_special_tokens("hello") == std::vector<std::uint32_t>{2, hello, 3});
}

TEST_CASE("what the file says wrongly is refused with its JSON path") {
  const auto with = [](const char* key, const char* value) {
    Json json = m2v::test::bert_tokenizer();
    json.set(key, m2v::base::parse_json(value, "test"));
    return error_of(json);
  };
  const auto with_model = [](const char* key, const char* value) {
    Json json = m2v::test::bert_tokenizer();
    json.find("model")->set(key, m2v::base::parse_json(value, "test"));
    return error_of(json);
  };
  const auto starts = [](const std::string& text, const std::string& start) {
    INFO(text);
    CHECK(text.starts_with("tokenizer.json: " + start));
  };
  starts(with("version", "\"2.0\""), "$.version: ");
  starts(with("normalizer", R"({"type":"Rot13"})"), "$.normalizer.type: ");
  starts(with("normalizer", R"({"type":"Sequence","normalizers":[{"type":"Rot13"}]})"),
         "$.normalizer.normalizers[0].type: ");
  starts(with("normalizer", R"({"type":"BertNormalizer","lowercase":1})"), "$.normalizer: ");
  starts(with("pre_tokenizer", R"({"type":"Rot13"})"), "$.pre_tokenizer.type: ");
  starts(with("pre_tokenizer", "[]"), "$.pre_tokenizer: ");
  starts(with("post_processor", R"({"type":"Rot13"})"), "$.post_processor.type: ");
  starts(with("added_tokens", R"([{"id":1}])"), "$.added_tokens[0]: ");
  starts(with("added_tokens", "{}"), "$.added_tokens: ");
  starts(with("model", R"({"type":"Rot13"})"), "$.model.type: ");
  starts(with("model", "null"), "$.model: ");
  starts(with_model("vocab", "[]"), "$.model.vocab: ");
  starts(with_model("vocab", R"({"a":-1})"), "$.model.vocab[\"a\"]: ");
  starts(with_model("vocab", R"({"a":4294967296})"), "$.model.vocab[\"a\"]: ");
  starts(with_model("vocab", R"({"a":"b"})"), "$.model.vocab[\"a\"]: ");
  starts(with_model("unk_token", "7"), "$.model.unk_token: ");
  starts(with_model("max_input_chars_per_word", "-1"), "$.model.max_input_chars_per_word: ");
}

TEST_CASE("a missing unknown token is an error only when a text needs it") {
  Json json = m2v::test::bert_tokenizer();
  json.find("model")->set("unk_token", "[NONE]");
  const Tokenizer tokenizer = load(json);
  CHECK_FALSE(tokenizer.unknown_id().has_value());
  CHECK(tokens_of(tokenizer, "hello") == "hello");
  CHECK_THROWS_AS(tokens_of(tokenizer, "\xE0\xB8\x81"), FormatError);
}

TEST_CASE("an added token of which the normalizer leaves nothing is refused") {
  Json json = m2v::test::bert_tokenizer();
  add_token(json, "\xCC\x81", "normalized");
  CHECK(error_of(json).starts_with("tokenizer.json: $.added_tokens: "));
}

TEST_CASE("an unknown token that the vocabulary has twice keeps its name") {
  const Tokenizer tokenizer = Tokenizer::from_json(
      R"({"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["a",-1],["<unk>",0]]}})");
  CHECK(tokenizer.unknown_id() == 0);
  CHECK(tokens_of(tokenizer, "ab") == "a <unk>");
  CHECK(tokenizer.id("<unk>") == 2);
}

TEST_CASE("a batch and a session give the ids of each text alone, on any number of threads") {
  const Tokenizer tokenizer = load(m2v::test::bert_tokenizer());
  std::vector<std::string> texts;
  for (int i = 0; i < 1000; ++i)
    texts.push_back(i % 7 == 0 ? "" : "the dog " + std::string(i % 40, 'a'));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  m2v::TokenizerSession session(tokenizer);
  for (const std::size_t max_tokens : {m2v::kNoLimit, std::size_t{2}, std::size_t{0}}) {
    for (const unsigned threads : {1u, 3u}) {
      const m2v::TokenIds batch = tokenizer.encode(views, max_tokens, threads);
      REQUIRE(batch.size() == texts.size());
      for (std::size_t i = 0; i < texts.size(); ++i) {
        std::vector<std::uint32_t> expected;
        tokenizer.encode(texts[i], expected, max_tokens);
        CHECK(std::ranges::equal(batch[i], expected));
        CHECK(std::ranges::equal(session.encode(texts[i], max_tokens), expected));
      }
    }
  }
  CHECK(tokenizer.encode(m2v::Texts()).size() == 0);
}

TEST_CASE("a session outlives the tokenizer that it was made of") {
  std::optional<Tokenizer> tokenizer = load(m2v::test::bert_tokenizer());
  m2v::TokenizerSession session(*tokenizer);
  tokenizer.reset();
  m2v::TokenizerSession moved = std::move(session);
  CHECK(!moved.encode("the dog").empty());
}

TEST_CASE("a sink receives the ids of a text, in order, while they are found") {
  const Tokenizer tokenizer = load(m2v::test::bert_tokenizer());
  std::vector<std::uint32_t> received;
  const auto append = [](const void* context, std::span<const std::uint32_t> ids) noexcept {
    auto& all = *const_cast<std::vector<std::uint32_t>*>(
        static_cast<const std::vector<std::uint32_t>*>(context));
    all.insert(all.end(), ids.begin(), ids.end());
  };
  m2v::tokenizer::Session session(tokenizer, m2v::tokenizer::IdSink(append, &received));
  std::string text;
  for (int words = 0; words < 100; ++words) {
    text += " the dog unaffable";
    received.clear();
    const auto ids = session.encode(text, m2v::kNoLimit);
    CHECK(std::ranges::equal(received, ids));
  }
}
