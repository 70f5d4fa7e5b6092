#include "tokenize/post_processors/post_processor.h"

#include <doctest/doctest.h>

#include <string>

#include "core/json.h"
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
  const m2v::core::Json json = m2v::core::parse_json(text, kFile);
  const auto processor = m2v::tokenize::PostProcessor::parse({json, kFile, "$.post_processor"});
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
