// The seams at which SentencePiece's BPE is cut, over vocabularies drawn at random.
#include "tokenizer/fast/sentencepiece_bpe.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/tokenizer_families.h"
#include "text/unicode.h"
#include "tokenizer/pipeline.h"

using namespace m2v;
using tokenizer::FastPath;
using tokenizer::Pipeline;

namespace {

constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);
const std::string kMarking = R"({"type": "Replace", "pattern": {"String": " "}, "content": "▁"})";

/// A vocabulary of characters, bytes and tokens that merges make of each other.
class RandomModel {
 public:
  explicit RandomModel(std::mt19937& random) : random_(random) {
    add("<unk>");
    const auto bytes = static_cast<unsigned>(one_of({0, 0xF0, 256}));  // without <0xF0>: no emoji
    for (unsigned byte = 0; byte < bytes; ++byte) add(test::byte_token(byte));
    for (const char* character : {"▁", "a", "b", ".", "\\n", "é", "東"}) {
      if (std::string(character) == "▁" || one_of({0, 1, 1, 1}) != 0) parts_.push_back(character);
    }
    for (const std::string& part : parts_) add(part);
    const int merges = one_of({0, 3, 12, 40});
    for (int i = 0; i < merges; ++i) add_merge();
  }

  std::string json() const {
    const char* unknown = one_of({0, 1, 1}) != 0 ? R"("unk_token": "<unk>", )" : "";
    return R"({"type": "BPE", )" + std::string(unknown) + flag("fuse_unk") + flag("byte_fallback") +
           R"("vocab": {)" + vocabulary_ + R"(}, "merges": [)" + merges_ + "]}";
  }

 private:
  int one_of(const std::vector<int>& choices) const { return choices[random_() % choices.size()]; }
  std::string flag(const std::string& name) const {
    return "\"" + name + "\": " + (one_of({0, 1}) != 0 ? "true, " : "false, ");
  }
  void add(const std::string& token) {
    if (!known_.insert(token).second) return;
    vocabulary_ += (vocabulary_.empty() ? "\"" : ", \"") + token + "\": ";
    vocabulary_ += std::to_string(known_.size() - 1);
  }
  void add_merge() {
    const std::string left = parts_[random_() % parts_.size()];
    const std::string right = parts_[random_() % parts_.size()];
    merges_ += (merges_.empty() ? "[\"" : ", [\"") + left + "\", \"" + right + "\"]";
    add(left + right);
    parts_.push_back(left + right);
  }

  std::mt19937& random_;
  std::set<std::string> known_;
  std::vector<std::string> parts_;
  std::string vocabulary_, merges_;
};

std::string random_text(std::mt19937& random) {
  static const std::vector<std::string> kParts = {" ",  "▁",  "a", "b",  ".", "\n", "é",
                                                  "東", "京", "z", "😀", " ", "a",  "<"};
  std::string text;
  for (std::size_t length = random() % 30; length > 0; --length) {
    text += kParts[random() % kParts.size()];
  }
  return text;
}

std::unique_ptr<const FastPath> path_for(const Pipeline& pipeline) {
  return tokenizer::SentencePieceBpe::compile(pipeline, nullptr);
}

Pipeline pipeline_of(const std::string& normalizer, const std::string& pre_tokenizer,
                     const std::string& model) {
  return Pipeline::parse(test::tokenizer_of(normalizer, pre_tokenizer, model), "test");
}

/// The ids that the path gives; the reference path must give the same.
std::vector<std::uint32_t> ids_of(const FastPath& path, const Pipeline& pipeline,
                                  const std::string& text, FastPath::Scratch& scratch) {
  std::vector<Token> tokens;
  pipeline.encode_segment(text, 0, tokens);
  std::vector<std::uint32_t> plain;
  for (const Token& token : tokens) plain.push_back(token.id);
  tokenizer::IdBuffer fast;
  REQUIRE(path.encode(text, true, fast, kNoLimit, scratch));
  CAPTURE(text);
  REQUIRE(std::ranges::equal(fast.ids(), plain));
  return plain;
}

}  // namespace

TEST_CASE("a text cut at the seams of any vocabulary keeps its tokens") {
  std::mt19937 random(11);
  int paths = 0;
  for (int round = 0; round < 1500; ++round) {
    const std::string model = RandomModel(random).json();
    CAPTURE(model);
    const Pipeline pipeline = pipeline_of(kMarking, "null", model);
    const auto path = path_for(pipeline);
    if (path == nullptr) continue;
    ++paths;
    FastPath::Scratch scratch;
    for (int i = 0; i < 30; ++i) ids_of(*path, pipeline, random_text(random), scratch);
  }
  CHECK(paths > 1000);  // the others have no unknown token
}

TEST_CASE("a text is cut between characters that no merge joins, and only there") {
  const Pipeline pipeline = pipeline_of(kMarking, "null", test::sentencepiece_bpe_model());
  const auto& model = std::get<tokenizer::Bpe>(pipeline.model);
  const auto seams = tokenizer::BpeSeams::find(model, tokenizer::Spelling::kSpacesForMarks);
  REQUIRE(seams.has_value());
  const auto pieces = [&](const std::string& text) {
    std::vector<std::string> found;
    seams->cut(text, [&](const char* word, std::size_t size) {
      found.emplace_back(word, size);
      return true;
    });
    return found;
  };
  using Pieces = std::vector<std::string>;
  CHECK(pieces("").empty());
  CHECK(pieces(" the, ab") == Pieces{" the", ",", " ", "ab"});
  CHECK(pieces("   t. t") == Pieces{"   t", ". t"});  // "▁▁▁▁" and ".▁" are tokens
  CHECK(pieces("東京é") == Pieces{"東京", "é"});
  CHECK(pieces("z\n😀z") == Pieces{"z", "\n", "😀", "z"});  // spelled in bytes
}

TEST_CASE("models that seams cannot tell about have no such path") {
  const std::string model = test::sentencepiece_bpe_model();
  const auto has_path = [](const std::string& normalizer, const std::string& pre_tokenizer,
                           const std::string& json) {
    return path_for(pipeline_of(normalizer, pre_tokenizer, json)) != nullptr;
  };
  const auto with = [&](const std::string& settings) { return "{" + settings + model.substr(1); };
  CHECK(has_path(kMarking, "null", model));
  CHECK_FALSE(has_path("null", "null", model));
  CHECK_FALSE(has_path(kMarking, R"({"type": "WhitespaceSplit"})", model));
  CHECK_FALSE(has_path(kMarking, "null", with(R"("ignore_merges": true, )")));
  CHECK_FALSE(has_path(kMarking, "null", with(R"("end_of_word_suffix": "x", )")));
  const auto small = [](const std::string& vocabulary, const std::string& merges) {
    return R"({"type": "BPE", "unk_token": "<unk>", "vocab": {"<unk>": 0, "▁": 1, "a": 2)" +
           vocabulary + R"(}, "merges": [)" + merges + "]}";
  };
  CHECK(has_path(kMarking, "null", small("", "")));
  CHECK_FALSE(has_path(kMarking, "null", R"({"type": "BPE", "vocab": {"▁": 1}, "merges": []})"));
  CHECK_FALSE(has_path(kMarking, "null", small(R"(, "b": 2)", "")));
  CHECK_FALSE(has_path(kMarking, "null", small(R"(, "b": 99)", "")));
  CHECK_FALSE(has_path(kMarking, "null", small(R"(, "<unk>a": 3)", R"(["<unk>", "a"])")));
  CHECK_FALSE(
      has_path(kMarking, "null", small(R"(, "<0x41>": 3, "a<0x41>": 4)", R"(["a", "<0x41>"])")));
}

TEST_CASE("added tokens are found among the marks that stand for spaces") {
  base::Json json = test::tokenizer_of(
      R"({"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, )" + kMarking +
          "]}",
      "null", test::sentencepiece_bpe_model());
  const Pipeline pipeline = Pipeline::parse(json, "test");
  const auto path = path_for(pipeline);
  REQUIRE(path != nullptr);
  FastPath::Scratch scratch;
  // "<x>" is added and looked for as "▁<x>"; its id is 0.
  CHECK(ids_of(*path, pipeline, "<x>", scratch) == std::vector<std::uint32_t>{0});
  CHECK(ids_of(*path, pipeline, "the <x>the", scratch).at(1) == 0);
  CHECK(ids_of(*path, pipeline, "the<x>", scratch).size() > 2);
}
