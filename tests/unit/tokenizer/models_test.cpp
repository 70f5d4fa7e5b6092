#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "m2v/error.h"
#include "tokenizer/models/json_score.h"
#include "tokenizer/models/model.h"

using m2v::tokenizer::Bpe;
using m2v::tokenizer::Model;
using m2v::tokenizer::Piece;

namespace {

const std::string kFile = "test";

Model parse(const std::string& text) {
  const m2v::base::Json json = m2v::base::parse_json(text, kFile);
  return m2v::tokenizer::parse_model({json, kFile, "$.model"});
}

/// The pieces of a word as "id:begin-end".
std::string pieces_of(const Model& model, const std::string& word) {
  std::vector<Piece> pieces;
  m2v::tokenizer::ModelScratch scratch;
  m2v::tokenizer::tokenize(model, word, pieces, scratch);
  std::string out;
  for (const Piece& piece : pieces) {
    out += (out.empty() ? "" : " ") + std::to_string(piece.id) + ":" + std::to_string(piece.begin) +
           "-" + std::to_string(piece.end);
  }
  return out;
}

/// A BPE of a, b, c, ab, bc, abc with these members besides.
Model bpe(const std::string& merges, const std::string& members = "") {
  return parse(R"({"type":"BPE","vocab":{"a":0,"b":1,"c":2,"ab":3,"bc":4,"abc":5,"<unk>":6,)"
               R"("<0xC3>":7,"<0xA9>":8},)" +
               members + R"("merges":)" + merges + "}");
}

std::string problem_of(const std::string& json) {
  try {
    parse(json);
  } catch (const m2v::FormatError& error) {
    return error.location();
  }
  return "none";
}

}  // namespace

TEST_CASE("BPE merges what comes first in the list, whatever comes first in the word") {
  CHECK(pieces_of(bpe(R"([["a","b"],["b","c"]])"), "abc") == "3:0-2 2:2-3");
  CHECK(pieces_of(bpe(R"([["b","c"],["a","b"]])"), "abc") == "0:0-1 4:1-3");
  CHECK(pieces_of(bpe(R"(["b c","a b","a bc"])"), "abcab") == "5:0-3 3:3-5");
  CHECK(pieces_of(bpe("[]"), "") == "");
}

TEST_CASE("of a merge that is listed twice the last place counts") {
  CHECK(pieces_of(bpe(R"(["a b","b c","a b"])"), "abc") == "0:0-1 4:1-3");
}

TEST_CASE("BPE leaves unknown characters out, or marks them, one by one or fused, or spells them") {
  const std::string unknown = R"("unk_token":"<unk>",)";
  CHECK(pieces_of(bpe("[]"), "axyb") == "0:0-1 1:1-2");
  CHECK(pieces_of(bpe("[]", unknown), "axyb") == "0:0-1 6:1-2 6:2-3 1:3-4");
  CHECK(pieces_of(bpe("[]", unknown + R"("fuse_unk":true,)"), "axyb") == "0:0-1 6:1-3 1:3-4");
  const std::string bytes = unknown + R"("byte_fallback":true,)";
  CHECK(pieces_of(bpe("[]", bytes), "aé") == "0:0-1 7:1-2 8:2-3");
  CHECK(pieces_of(bpe("[]", bytes), "xé") ==
        "7:0-1 8:1-2 6:2-3");  // bytes overtake, as they do there
  const Model missing = bpe("[]", R"("unk_token":"?",)");
  CHECK(pieces_of(missing, "a") == "0:0-1");
  CHECK_THROWS_AS(pieces_of(missing, "x"), m2v::FormatError);
}

TEST_CASE("affixes that are spelled in bytes end with the word") {
  const Model model = parse(R"({"type":"BPE","vocab":{"<0x78>":0,"<0x2F>":1},"merges":[],
    "byte_fallback":true,"end_of_word_suffix":"//"})");
  CHECK(pieces_of(model, "x") == "0:0-1 1:0-1 1:0-1");
}

TEST_CASE("BPE may take a whole word of the vocabulary without merging") {
  CHECK(pieces_of(bpe("[]", R"("ignore_merges":true,)"), "abc") == "5:0-3");
  CHECK(pieces_of(bpe("[]", R"("ignore_merges":true,)"), "abca") == "0:0-1 1:1-2 2:2-3 0:3-4");
}

TEST_CASE("BPE's scratch memory may be used again") {
  const Model model = bpe(R"(["a b"])");
  Bpe::Scratch scratch;
  std::vector<Piece> pieces;
  for (const char* word : {"abab", "c", "ab"}) std::get<Bpe>(model).tokenize(word, pieces, scratch);
  CHECK(pieces.size() == 4);
}

TEST_CASE("Unigram takes the best sum of scores, and of equal ones the first") {
  const Model model = parse(R"({"unk_id":0,"vocab":[["<unk>",0],["a",-1],["b",-1],["ab",-2],
    ["c",-1],["bc",-1.5],["xy",-30]]})");
  CHECK(pieces_of(model, "ab") == "3:0-2");  // the long one was there first
  CHECK(pieces_of(model, "abc") == "1:0-1 5:1-3");
  CHECK(pieces_of(model, "azz") == "1:0-1 0:1-3");  // unknowns side by side are one
  CHECK(pieces_of(model, "xy") == "6:0-2");
  CHECK(pieces_of(model, "") == "");
}

TEST_CASE("an unknown stretch of Unigram is looked up as a whole, then spelled in bytes") {
  const std::string vocabulary = R"("vocab":[["<unk>",0],["a",-1],["xy",-500],["<0x78>",-1]])";
  const Model model = parse(R"({"unk_id":0,"byte_fallback":true,)" + vocabulary + "}");
  CHECK(pieces_of(model, "xy") == "2:0-2");
  CHECK(pieces_of(model, "xxa") == "3:0-2 3:0-2 1:2-3");
  CHECK(pieces_of(model, "xz") == "0:0-2");
  CHECK_THROWS_AS(pieces_of(parse("{" + vocabulary + "}"), "z"), m2v::FormatError);
}

TEST_CASE("WordLevel takes the word or the unknown token") {
  const Model model = parse(R"({"vocab":{"a":3,"b c":4,"?":9},"unk_token":"?"})");
  CHECK(pieces_of(model, "b c") == "4:0-3");
  CHECK(pieces_of(model, "bc") == "9:0-2");
}

TEST_CASE("scores are read with the rounding errors of the reference") {
  CHECK(m2v::tokenizer::as_read_by_tokenizers(-10.387629070651185) == -10.387629070651183);
  CHECK(m2v::tokenizer::as_read_by_tokenizers(-1.9490642920491261) == -1.949064292049126);
  for (const double exact : {0.0, 1.0, -0.5, -3.25, 1e300, -1e-300, 123456.0}) {
    CHECK(m2v::tokenizer::as_read_by_tokenizers(exact) == exact);
  }
}

TEST_CASE("what a model says wrongly is refused with its position") {
  CHECK(problem_of(R"({"type":"BPE","vocab":{"a":0},"merges":[["a","b"]]})") ==
        "$.model.merges[0]");
  CHECK(problem_of(R"({"type":"BPE","vocab":{"a":0},"merges":["a a"]})") == "$.model.merges[0]");
  CHECK(problem_of(R"({"type":"BPE","vocab":{"a":0},"merges":[],"dropout":0.5})") ==
        "$.model.dropout");
  CHECK(problem_of(R"({"type":"Unigram","vocab":[["a",1],["b"]]})") == "$.model.vocab[1]");
  CHECK(problem_of(R"({"type":"Unigram","vocab":[["a",1]],"unk_id":1})") == "$.model.unk_id");
  CHECK(problem_of(R"({"type":"WordLevel","vocab":{"a":1}})") == "$.model");
}
