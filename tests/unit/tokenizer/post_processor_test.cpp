#include "tokenizer/post_processors/post_processor.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "m2v/error.h"

namespace {

const std::string kFile = "test";
const std::string kPair = R"({"type":"BertProcessing","sep":["a",1],"cls":["b",2]})";
const std::string kRoberta =
    R"({"sep":["a",1],"cls":["b",2],"trim_offsets":true,"add_prefix_space":true})";
const std::string kTemplate = R"({"type":"TemplateProcessing",
  "single":[{"SpecialToken":{"id":"x","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
            {"SpecialToken":{"id":"y","type_id":0}}],
  "pair":[],
  "special_tokens":{"x":{"id":"x","ids":[7],"tokens":["x"]},
                    "y":{"id":"y","ids":[8,9],"tokens":["y","y"]}}})";

std::string sequence_of(const std::string& first, const std::string& second) {
  return R"({"type":"Sequence","processors":[)" + first + "," + second + "]}";
}

std::string applied(const std::string& text) {
  const m2v::base::Json json = m2v::base::parse_json(text, kFile);
  const auto processor = m2v::tokenizer::PostProcessor::parse({json, kFile, "$.post_processor"});
  std::string out;
  for (const std::uint32_t id : processor.apply({5})) out += std::to_string(id) + " ";
  return out;
}

}  // namespace

// The expected ids are those of tokenizers 0.22.2.
TEST_CASE("post-processors put their tokens around a sequence") {
  CHECK(applied(kPair) == "2 5 1 ");
  CHECK(applied(kRoberta) == "2 5 1 ");
  CHECK(applied(kTemplate) == "7 5 8 9 ");
}

TEST_CASE("a post-processor sees each part of a template before it") {
  CHECK(applied(sequence_of(kPair, kPair)) == "2 2 5 1 1 ");
  CHECK(applied(sequence_of(kPair, kTemplate)) == "7 2 5 1 8 9 ");
  CHECK(applied(sequence_of(kTemplate, kPair)) == "2 7 1 5 1 8 9 1 ");
  CHECK(applied(sequence_of(kTemplate, kRoberta)) == "2 7 1 1 5 1 1 8 9 1 ");
  CHECK(applied(sequence_of(sequence_of(kPair, kPair), kPair)) == "2 2 2 5 1 1 1 ");
  CHECK_THROWS_AS(applied(sequence_of(kTemplate, kTemplate)), m2v::FormatError);
}

namespace {

/// The tokens " a", "b " and "   " of a text that begins with the first, after the post-processor.
std::string trimmed(const std::string& text) {
  const m2v::base::Json json = m2v::base::parse_json(text, kFile);
  m2v::tokenizer::PostProcessor::Tokens tokens(3);
  const std::string_view texts[] = {" a", "b ", "   "};
  const std::uint32_t ends[] = {2, 4, 7};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    tokens[i].text = texts[i];
    tokens[i].begin = i == 0 ? 0 : ends[i - 1];
    tokens[i].end = ends[i];
  }
  m2v::tokenizer::PostProcessor::parse({json, kFile, "$.post_processor"}).trim(tokens);
  std::string out;
  for (const m2v::EncodedToken& token : tokens) {
    out += std::to_string(token.begin) + "-" + std::to_string(token.end) + " ";
  }
  return out;
}

std::string byte_level(const char* trim_offsets, const char* add_prefix_space) {
  return std::string(R"({"type":"ByteLevel","trim_offsets":)") + trim_offsets +
         R"(,"add_prefix_space":)" + add_prefix_space + "}";
}

}  // namespace

// The expected locations are those of tokenizers 0.22.2.
TEST_CASE("trim_offsets takes blanks from both ends of a token's position") {
  CHECK(trimmed(byte_level("false", "false")) == "0-2 2-4 4-7 ");
  CHECK(trimmed(byte_level("true", "false")) == "1-2 2-3 7-7 ");
  CHECK(trimmed(kPair) == "0-2 2-4 4-7 ");
}

TEST_CASE("a single blank of the first token may be the prefix, and is not taken") {
  CHECK(trimmed(byte_level("true", "true")) == "0-2 2-3 7-7 ");
  CHECK(trimmed(kRoberta) == "0-2 2-3 7-7 ");
}

TEST_CASE("two post-processors that trim trim twice") {
  const std::string once = byte_level("true", "false");
  CHECK(trimmed(sequence_of(once, once)) == "2-2 2-2 7-7 ");
  CHECK(trimmed(sequence_of(kRoberta, once)) == "1-2 2-2 7-7 ");
}
