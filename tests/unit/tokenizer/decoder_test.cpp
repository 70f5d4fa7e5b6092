#include "tokenizer/decoders/decoder.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "m2v/error.h"

namespace {

using Strings = std::vector<std::string>;

const std::string kFile = "test";

std::string decoded(const std::string& json, Strings tokens) {
  const m2v::base::Json parsed = m2v::base::parse_json(json, kFile);
  return m2v::tokenizer::Decoder::parse({parsed, kFile, "$.decoder"}).decode(std::move(tokens));
}

std::string problem(const std::string& json) {
  try {
    decoded(json, {});
  } catch (const m2v::FormatError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

// The expected texts are those of tokenizers 0.22.2; tests/python compares many more with it.
TEST_CASE("each kind of decoder") {
  CHECK(m2v::tokenizer::Decoder().decode({"a", "b"}) == "a b");
  CHECK(decoded(R"({"type":"WordPiece","prefix":"##","cleanup":true})",
                {"do", "##n", "'", "t", "!", "##s"}) == "don ' t!s");
  CHECK(decoded(R"({"type":"WordPiece","prefix":"##","cleanup":false})", {"##a", "b", "."}) ==
        "##a b .");
  CHECK(decoded(R"({"type":"BPEDecoder","suffix":"</w>"})", {"a", "b</w>", "c</w>"}) == "ab c");
  CHECK(decoded(R"({"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true})",
                {"\u0120a", "\u00C3", "\u00A9", "\u00C3"}) == " a\u00E9\uFFFD");
  CHECK(decoded(R"({"type":"ByteFallback"})", {"a", "<0xC3>", "<0xA9>", "b", "<0xC3>", "<0xzz>"}) ==
        "a\u00E9b\uFFFD<0xzz>");
  CHECK(decoded(R"({"type":"Metaspace","replacement":"▁","prepend_scheme":"always"})",
                {"▁a", "▁b▁"}) == "a b ");
  CHECK(decoded(R"({"type":"CTC","pad_token":"-","word_delimiter_token":"|","cleanup":true})",
                {"a", "a", "-", "a", "|", "b"}) == "aa b");
  CHECK(decoded(R"({"type":"Replace","pattern":{"Regex":"b+"},"content":"_"})", {"abb", "b"}) ==
        "a__");
  CHECK(decoded(R"({"type":"Strip","content":"x","start":1,"stop":2})", {"xxaxxx", "xx"}) == "xax");
  CHECK(decoded(R"({"type":"Sequence","decoders":[{"type":"Fuse"},
                    {"type":"Strip","content":" ","start":1,"stop":0}]})",
                {" a", " b"}) == "a b");
}

TEST_CASE("what is no decoder is an error with its position") {
  CHECK(problem(R"({"type":"Sequence","decoders":[{"type":"Unheard"}]})")
            .find("$.decoder.decoders[0].type") != std::string::npos);
  CHECK(problem(R"({"type":"WordPiece","prefix":"##"})").find("cleanup") != std::string::npos);
  CHECK(problem(R"({"type":"Strip","content":"xy","start":1,"stop":2})").find("one character") !=
        std::string::npos);
}
