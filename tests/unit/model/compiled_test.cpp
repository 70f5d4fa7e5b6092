#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/impl_access.h"
#include "formats/section_file.h"
#include "m2v/compiled_model.h"
#include "m2v/error.h"
#include "m2v/static_model.h"
#include "model/model_impl.h"
#include "support/section_bytes.h"
#include "support/small_model.h"
#include "support/temp_folder.h"
#include "support/tokenizer_families.h"

using namespace m2v;
using test::read_file;

namespace {

const std::vector<std::string> kTexts = {
    "",
    "Hello, world! unable embedding naïve ﬁ",
    "the 12 ab's <x>  a東京 я \xFF da",
    "▁the ▁▁ hello\tt'hell 123 h\u0301e",
    std::string(300, 'a') + std::string("\0b", 2),
};

/// A model on this tokenizer, with weights and a mapping of its tokens to three rows.
StaticModel small_model(const base::Json& tokenizer) {
  model::ModelParts parts;
  parts.tokenizer_json = tokenizer.dump();
  parts.dim = 2;
  parts.rows = 3;
  for (const float value : {1.0F, 2.0F, -4.0F, 0.5F, 8.0F, 0.25F}) {
    const auto* bytes = reinterpret_cast<const std::byte*>(&value);
    parts.table.insert(parts.table.end(), bytes, bytes + sizeof value);
  }
  const std::size_t tokens = Tokenizer::from_json(parts.tokenizer_json).id_limit();
  for (std::size_t id = 0; id < tokens; ++id) {
    parts.mapping.push_back(static_cast<std::uint32_t>(id % 3));
    parts.weights.push_back(1.0 + static_cast<double>(id));
  }
  parts.config = base::parse_json(R"({"normalize": false, "max_length": null})", "test");
  return model::make_model(std::move(parts));
}

void check_same(const StaticModel& a, const StaticModel& b) {
  CHECK(a.info().config_json == b.info().config_json);
  CHECK(a.info().median_token_length == b.info().median_token_length);
  CHECK(a.info().base_model == b.info().base_model);
  CHECK(a.tokenizer().vocabulary_size() == b.tokenizer().vocabulary_size());
  REQUIRE(a.tokenizer().id_limit() == b.tokenizer().id_limit());
  for (std::uint32_t id = 0; id < a.tokenizer().id_limit() + 3; ++id) {
    const auto token = a.tokenizer().token(id);
    CHECK(token == b.tokenizer().token(id));
    if (token) CHECK(a.tokenizer().id(*token) == b.tokenizer().id(*token));
  }
  for (const std::string& text : kTexts) {
    CAPTURE(text);
    CHECK(a.tokenize(text) == b.tokenize(text));
    CHECK(a.encode(text) == b.encode(text));
    CHECK(a.tokenizer().encode_with_special_tokens(text) ==
          b.tokenizer().encode_with_special_tokens(text));
    CHECK(a.tokenizer().encode_with_offsets(text).size() ==
          b.tokenizer().encode_with_offsets(text).size());
  }
}

std::string message_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a compiled model is the model, for each kind of tokenizer") {
  const test::TempFolder folder;
  std::vector<base::Json> kinds = test::tokenizer_families();
  kinds.push_back(test::tokenizer_of(
      "null", "null", R"({"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "the": 1}})"));
  for (const base::Json& tokenizer : kinds) {
    const StaticModel made = small_model(tokenizer);
    made.save(folder / "model");
    compile_model(folder / "model", folder / "model.m2v");
    verify_model(folder / "model.m2v");
    const StaticModel loaded = StaticModel::load(folder / "model.m2v");
    check_same(StaticModel::load(folder / "model"), loaded);
    CHECK(loaded.encode(kTexts[2]) == made.encode(kTexts[2]));
    CHECK(Tokenizer::load(folder / "model.m2v").id("<x>") == made.tokenizer().id("<x>"));
  }
}

TEST_CASE("a compiled model gives back the files that it was made of") {
  const test::TempFolder folder;
  small_model(test::bert_tokenizer()).save(folder / "model");
  folder.write("model/own.txt", "kept by nobody");
  folder.write("model/head.safetensors", "a head");
  compile_model(folder / "model", folder / "model.m2v");
  unpack_model(folder / "model.m2v", folder / "again");
  for (const char* name : {"config.json", "modules.json", "tokenizer.json", "model.safetensors",
                           "README.md", "head.safetensors"}) {
    CAPTURE(name);
    CHECK(read_file(folder / "model" / name) == read_file(folder / "again" / name));
  }
  CHECK(test::names_in(folder / "again").size() == 6);
  compile_model(folder / "again", folder / "again.m2v");
  CHECK(read_file(folder / "again.m2v") == read_file(folder / "model.m2v"));
  compile_model(folder / "model.m2v", folder / "model.m2v");
  CHECK(read_file(folder / "again.m2v") == read_file(folder / "model.m2v"));
}

TEST_CASE("unpacking takes the place of a model, and of nothing else") {
  const test::TempFolder folder;
  small_model(test::bert_tokenizer()).save(folder / "model");
  compile_model(folder / "model", folder / "model.m2v");
  folder.write("own/notes.txt", "kept");
  CHECK_THROWS_AS(unpack_model(folder / "model.m2v", folder / "own"), std::invalid_argument);
  small_model(test::bert_tokenizer()).save(folder / "own", {.force = true});
  folder.write("own/README.md", "My own words.");
  folder.write("own/head.safetensors", "of another model");
  unpack_model(folder / "model.m2v", folder / "own");
  CHECK(read_file(folder / "own/README.md") == "My own words.");
  CHECK(read_file(folder / "own/notes.txt") == "kept");
  CHECK_FALSE(std::filesystem::exists(folder / "own/head.safetensors"));
  check_same(StaticModel::load(folder / "own"), StaticModel::load(folder / "model.m2v"));
  folder.write("bert/config.json", R"({"model_type": "bert"})");
  CHECK_THROWS_AS(unpack_model(folder / "model.m2v", folder / "bert"), std::invalid_argument);
}

TEST_CASE("a compiled model keeps the nested layout") {
  const test::TempFolder folder;
  model::ModelParts parts = test::small_parts(3);
  model::make_model(std::move(parts)).save(folder / "flat");
  const std::string nested = "nested/0_StaticEmbedding/";
  folder.write(nested + "tokenizer.json", read_file(folder / "flat/tokenizer.json"));
  const StaticModel flat = StaticModel::load(folder / "flat");
  formats::TensorView table = m2v::impl_of(flat).tensors.front();
  table.name = "embedding.weight";
  formats::write_safetensors(folder / (nested + "model.safetensors"), {&table, 1});
  folder.write("nested/config_sentence_transformers.json", "{}");
  folder.write("nested/modules.json", R"([{"type": "sentence_transformers.models.Normalize"}])");
  compile_model(folder / "nested", folder / "nested.m2v");
  const StaticModel loaded = StaticModel::load(folder / "nested.m2v");
  CHECK(loaded.info().normalize);
  check_same(StaticModel::load(folder / "nested"), loaded);
  unpack_model(folder / "nested.m2v", folder / "again");
  check_same(StaticModel::load(folder / "again"), loaded);
  CHECK(test::names_in(folder / "again/0_StaticEmbedding").size() == 2);
  loaded.save(folder / "saved");
  CHECK(StaticModel::load(folder / "saved").encode("hello") == loaded.encode("hello"));
}

TEST_CASE("the table of a compiled model begins at a multiple of 64 bytes") {
  const test::TempFolder folder;
  model::make_model(test::small_parts(5)).save(folder / "model");
  compile_model(folder / "model", folder / "model.m2v");
  const StaticModel loaded = StaticModel::load(folder / "model.m2v");
  CHECK(reinterpret_cast<std::uintptr_t>(m2v::impl_of(loaded).table.data) % 64 == 0);
}

TEST_CASE("options count for a compiled model too, and a subfolder makes no sense") {
  const test::TempFolder folder;
  model::make_model(test::small_parts(5)).save(folder / "a/model");
  compile_model(folder / "a", folder / "model.m2v", {.subfolder = "model"});
  CHECK(StaticModel::load(folder / "model.m2v", {.normalize = true}).info().normalize);
  CHECK(StaticModel::load(folder / "model.m2v", {.max_length = 7}).info().max_length == 7);
  CHECK_THROWS_AS(StaticModel::load(folder / "model.m2v", {.subfolder = "model"}), IoError);
}

TEST_CASE("a section that is missing or makes no sense is named") {
  const test::TempFolder folder;
  small_model(test::tokenizer_of("null", R"({"type": "Metaspace", "replacement": "▁"})",
                                 test::unigram_model()))
      .save(folder / "model");
  compile_model(folder / "model", folder / "model.m2v");
  const formats::Sections good = formats::open_section_file(folder / "model.m2v");
  const auto with = [&](std::string_view name, const std::optional<std::string>& content) {
    formats::Sections changed("test");
    for (const auto& section : good.all()) {
      if (section.name != name) {
        changed.add(section.name, section.bytes, section.aligned_offset);
      } else if (content) {
        changed.add(name, *content);
      }
    }
    formats::write_section_file(folder / "changed.m2v", changed);
    return message_of([&] { std::ignore = StaticModel::load(folder / "changed.m2v"); });
  };
  for (const char* name : {":vocabulary.characters", ":vocabulary.tokens", ":vocabulary.ids",
                           ":vocabulary.trie", ":scores", ":scores.unknown", ":words.short",
                           ":words.long", ":tokenizer.json", ":metrics.json"}) {
    CAPTURE(name);
    CHECK(with(name, std::nullopt).find("section \"" + std::string(name) + "\": is missing") !=
          std::string::npos);
  }
  CHECK(with("tokenizer.json", std::nullopt).find("lacks tokenizer.json") != std::string::npos);
  CHECK(with(":vocabulary.trie", "").find("no root") != std::string::npos);
  CHECK(with(":scores.unknown", std::string(16, 'x')).find("not hold exactly one number") !=
        std::string::npos);
  CHECK(with(":scores", std::string(7, 'x')).find("whole number") != std::string::npos);
  CHECK(with(":words.short", std::string(17 * 16, 'x')).find("not free") != std::string::npos);
  CHECK(with(":words.long", std::string(16 * 24, '\0')).find("not free") != std::string::npos);
  CHECK(with(":tokenizer.json", "{").find(":tokenizer.json") != std::string::npos);
  CHECK(with(":metrics.json", "{}").find("median_token_length") != std::string::npos);
  CHECK(with(":vocabulary.ids", std::string(4096, '\xFF')).find("the token id 1023") !=
        std::string::npos);
}

TEST_CASE("bytes of a compiled model that are changed anywhere do no harm, and are found") {
  const test::TempFolder folder;
  for (const base::Json& tokenizer : test::tokenizer_families()) {
    small_model(tokenizer).save(folder / "model");
    compile_model(folder / "model", folder / "model.m2v");
    const std::string good = read_file(folder / "model.m2v");
    std::uint64_t random = 88172645463325252u;
    for (int round = 0; round < 400; ++round) {
      std::string bytes = good;
      for (int change = 0; change < 8; ++change) {
        random ^= random << 13, random ^= random >> 7, random ^= random << 17;  // xorshift
        bytes[random % bytes.size()] = static_cast<char>(round % 2 ? 0xFF : random >> 40);
      }
      test::seal(bytes);
      try {
        const auto model =
            model::load_compiled(formats::parse_section_file(test::aligned_copy(bytes), "test"));
        const auto loaded = ImplAccess::make<StaticModel>(model);
        for (const std::string& text : kTexts) {
          std::ignore = loaded.encode(text);
          std::ignore = loaded.tokenizer().encode_with_offsets(text);
        }
        for (std::uint32_t id = 0; id < 400; ++id) std::ignore = loaded.tokenizer().token(id);
      } catch (const Error&) {
        continue;  // refused
      }
    }
    std::string flipped = good;
    flipped[flipped.size() / 2] ^= 1;
    folder.write("flipped.m2v", flipped);
    CHECK_THROWS_AS(verify_model(folder / "flipped.m2v"), FormatError);
  }
}
