#include "model/model_folder.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "m2v/error.h"
#include "model/save_model.h"
#include "support/file_size_limit.h"
#include "support/temp_folder.h"

using m2v::IoError;
using m2v::base::Json;
using m2v::formats::TensorType;
using m2v::formats::TensorView;
using m2v::model::ModelContent;
using m2v::model::ModelFolder;
using m2v::model::open_model_folder;
using m2v::model::save_model_folder;
using m2v::test::bytes_of;
using m2v::test::FileSizeLimit;
using m2v::test::names_in;
using m2v::test::read_file;
using m2v::test::safetensors_file;
using m2v::test::TempFolder;
using m2v::test::write_file;

namespace {

namespace fs = std::filesystem;

/// What is saved in these tests; keeps the bytes that the content points to.
struct Sample {
  std::string table = bytes_of<std::uint16_t>({0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600});
  std::string weights = bytes_of<double>({0.5, 1, 0.25});
  std::string mapping = bytes_of<std::int32_t>({0, 2, 1});
  ModelContent content;

  Sample() {
    add("embeddings", TensorType::kF16, {3, 2}, table);
    content.tokenizer_json = R"({"model": {"type": "WordPiece"}})";
    content.config =
        Json(Json::Object{{"model_type", Json("model2vec")}, {"normalize", Json(true)}});
    content.card.base_model = "teachers/small";
    content.model_name = "sample";
  }
  void add(std::string name, TensorType type, std::vector<std::size_t> shape,
           std::string_view bytes) {
    content.tensors.push_back(
        {std::move(name), type, std::move(shape), std::as_bytes(std::span(bytes))});
  }
};

std::string table_file(const std::string& name, const std::string& values) {
  return safetensors_file("{\"" + name + R"(":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}})",
                          values);
}

const std::vector<std::string> kSaved = {"README.md", "config.json", "model.safetensors",
                                         "modules.json", "tokenizer.json"};

}  // namespace

TEST_CASE("a saved folder opens with all that was put in") {
  const TempFolder folder;
  Sample sample;
  sample.add("weights", TensorType::kF64, {3}, sample.weights);
  sample.add("mapping", TensorType::kI32, {3}, sample.mapping);
  save_model_folder(folder / "a/b/model", sample.content);
  CHECK(names_in(folder / "a/b") == std::vector<std::string>{"model"});
  CHECK(names_in(folder / "a/b/model") == kSaved);

  for (const bool by_subfolder : {false, true}) {
    const ModelFolder model = by_subfolder ? open_model_folder(folder / "a", "b/model")
                                           : open_model_folder(folder / "a/b/model", "");
    REQUIRE(model.embeddings != nullptr);
    CHECK(model.embeddings->type == TensorType::kF16);
    CHECK(model.embeddings->shape == std::vector<std::size_t>{3, 2});
    CHECK(to_float32(*model.embeddings, "") == std::vector<float>{1, 2, 3, 4, 5, 6});
    REQUIRE(model.weights != nullptr);
    CHECK(to_float64(*model.weights, "") == std::vector<double>{0.5, 1, 0.25});
    REQUIRE(model.mapping != nullptr);
    CHECK(model.mapping->type == TensorType::kI32);
    CHECK(model.tokenizer.view() == sample.content.tokenizer_json);
    CHECK(model.tokenizer_path == (folder / "a/b/model/tokenizer.json").string());
    CHECK(model.config_path == (folder / "a/b/model/config.json").string());
    CHECK(model.config.find("normalize")->boolean());
    CHECK_FALSE(model.modules_normalize);  // the model2vec layout goes by config.json
    CHECK(model.card.base_model == "teachers/small");
    CHECK(model.card.license == "mit");
    CHECK(model.warnings.empty());
  }
}

TEST_CASE("config.json and modules.json are laid out as Python's json.dump(indent=4) does") {
  const TempFolder folder;
  Sample sample;
  save_model_folder(folder / "m", sample.content);
  CHECK(read_file(folder / "m/config.json") ==
        "{\n    \"model_type\": \"model2vec\",\n    \"normalize\": true\n}");
  const std::string first =
      "[\n    {\n        \"idx\": 0,\n        \"name\": \"0\",\n        \"path\": \".\",\n"
      "        \"type\": \"sentence_transformers.models.StaticEmbedding\"\n    }";
  CHECK(read_file(folder / "m/modules.json") ==
        first +
            ",\n    {\n        \"idx\": 1,\n        \"name\": \"1\",\n"
            "        \"path\": \"1_Normalize\",\n"
            "        \"type\": \"sentence_transformers.models.Normalize\"\n    }\n]");
  sample.content.normalize = false;
  save_model_folder(folder / "m", sample.content);
  CHECK(read_file(folder / "m/modules.json") == first + "\n]");
}

TEST_CASE("saving twice gives the same bytes") {
  const TempFolder folder;
  const Sample sample;
  save_model_folder(folder / "one", sample.content);
  save_model_folder(folder / "two", sample.content);
  save_model_folder(folder / "two", sample.content);
  for (const std::string& name : kSaved) {
    CHECK_MESSAGE(read_file(folder / "one" / name) == read_file(folder / "two" / name), name);
  }
}

TEST_CASE("the first layout whose three files exist wins") {
  const TempFolder folder;
  write_file(folder / "config_sentence_transformers.json", R"({"from": "ST"})");
  write_file(folder / "0_StaticEmbedding/model.safetensors",
             table_file("embedding.weight", "3333"));
  write_file(folder / "0_StaticEmbedding/tokenizer.json", "nested");
  CHECK(open_model_folder(folder.path(), "").tokenizer.view() == "nested");

  write_file(folder / "model.safetensors", table_file("embedding.weight", "2222"));
  write_file(folder / "tokenizer.json", "root");
  ModelFolder model = open_model_folder(folder.path(), "");
  CHECK(model.tokenizer.view() == "root");
  CHECK(model.config.find("from")->string() == "ST");

  // Now layout 1 is complete, and lacks its tensor: no falling through to layout 2.
  write_file(folder / "config.json", "{}");
  CHECK_THROWS_AS(open_model_folder(folder.path(), ""), m2v::FormatError);
  write_file(folder / "model.safetensors", table_file("embeddings", "1111"));
  model = open_model_folder(folder.path(), "");
  CHECK(model.config.object().empty());
  CHECK(model.embeddings->bytes[0] == std::byte{'1'});
}

TEST_CASE("modules.json of a Sentence Transformers folder tells whether it normalizes") {
  const TempFolder folder;
  write_file(folder / "config_sentence_transformers.json", "{}");
  write_file(folder / "0_StaticEmbedding/model.safetensors",
             table_file("embedding.weight", "3333"));
  write_file(folder / "0_StaticEmbedding/tokenizer.json", "{}");
  write_file(folder / "README.md", "---\nlicense: apache-2.0\n---\n");
  CHECK_FALSE(open_model_folder(folder.path(), "").modules_normalize);
  CHECK(open_model_folder(folder.path(), "").card.license == "apache-2.0");
  write_file(folder / "modules.json",
             R"([{"type": "sentence_transformers.models.StaticEmbedding"}])");
  CHECK_FALSE(open_model_folder(folder.path(), "").modules_normalize);
  write_file(folder / "modules.json",
             R"([{"type": "sentence_transformers.models.StaticEmbedding"},)"
             R"( {"type": "sentence_transformers.models.Normalize"}])");
  CHECK(open_model_folder(folder.path(), "").modules_normalize);
}

TEST_CASE("every dtype of the table opens") {
  using enum TensorType;
  const TempFolder folder;
  for (const auto& [type, size] :
       {std::pair{kF16, 2}, {kF32, 4}, {kF64, 8}, {kBF16, 2}, {kI8, 1}}) {
    Sample sample;
    sample.content.tensors.clear();
    const std::string bytes(static_cast<std::size_t>(6 * size), '\x11');
    sample.add("embeddings", type, {2, 3}, bytes);
    save_model_folder(folder / "m", sample.content);
    const ModelFolder model = open_model_folder(folder / "m", "");
    CHECK(model.embeddings->type == type);
    CHECK(model.embeddings->bytes.size() == bytes.size());
  }
}

TEST_CASE("a model is replaced, what is not ours is kept, leftovers of ours go") {
  const TempFolder folder;
  const fs::path target = folder / "m";
  Sample sample;
  save_model_folder(target, sample.content);
  write_file(target / "notes/deep/a.txt", "mine");
  write_file(target / "onnx.bin", "theirs");
  write_file(target / "head.safetensors", "an old head");
  fs::create_symlink("onnx.bin", target / "link");
  fs::create_symlink("nowhere", target / "dangling");
  fs::permissions(target, fs::perms::owner_all);
  fs::permissions(target / "notes", fs::perms::owner_read | fs::perms::owner_exec);

  sample.content.tokenizer_json = "new";
  save_model_folder(target, sample.content);
  CHECK(names_in(folder.path()) == std::vector<std::string>{"m"});
  CHECK(read_file(target / "tokenizer.json") == "new");
  CHECK(read_file(target / "notes/deep/a.txt") == "mine");
  CHECK(read_file(target / "onnx.bin") == "theirs");
  CHECK(fs::read_symlink(target / "link") == "onnx.bin");
  CHECK(fs::read_symlink(target / "dangling") == "nowhere");
  CHECK_FALSE(fs::exists(target / "head.safetensors"));
  CHECK(fs::status(target).permissions() == fs::perms::owner_all);
  CHECK(fs::status(target / "notes").permissions() ==
        (fs::perms::owner_read | fs::perms::owner_exec));
  fs::permissions(target / "notes", fs::perms::owner_all);
}

TEST_CASE("a model saved over the folder that it is mapped from") {
  const TempFolder folder;
  Sample sample;
  save_model_folder(folder / "m", sample.content);
  const ModelFolder model = open_model_folder(folder / "m", "");
  ModelContent again = sample.content;
  again.tensors = model.tensors.tensors();
  again.tokenizer_json = model.tokenizer.view();
  save_model_folder(folder / "m", again);
  CHECK(to_float32(*model.embeddings, "") == std::vector<float>{1, 2, 3, 4, 5, 6});
  const ModelFolder saved = open_model_folder(folder / "m", "");
  CHECK(to_float32(*saved.embeddings, "") == std::vector<float>{1, 2, 3, 4, 5, 6});
  CHECK(saved.tokenizer.view() == sample.content.tokenizer_json);
}

TEST_CASE("a hand-written card stays, a generated one is renewed and keeps what users edit") {
  const TempFolder folder;
  Sample sample;
  const std::string own = "---\nlicense: apache-2.0\n---\n# My own words\n";
  write_file(folder / "m/README.md", own);
  sample.content.force = true;
  save_model_folder(folder / "m", sample.content);
  CHECK(read_file(folder / "m/README.md") == own);

  save_model_folder(folder / "n", sample.content);
  std::string card = read_file(folder / "n/README.md");
  card.replace(card.find("license: mit"), 12, "license: apache-2.0\nlanguage: [de, \"no\"]");
  card.replace(card.find("tags:\n"), 6, "tags:\n- chemistry\n");
  write_file(folder / "n/README.md", card);
  sample.content.card.base_model = "teachers/large";
  sample.content.card.languages = {"en"};
  save_model_folder(folder / "n", sample.content);
  const ModelFolder model = open_model_folder(folder / "n", "");
  CHECK(model.card.base_model == "teachers/large");
  CHECK(model.card.license == "apache-2.0");
  CHECK(model.card.languages == std::vector<std::string>{"de", "no"});
  CHECK(model.card.tags == std::vector<std::string>{"chemistry", "embeddings", "static-embeddings",
                                                    "sentence-transformers"});
}

TEST_CASE("malformed front matter is a warning") {
  const TempFolder folder;
  const Sample sample;
  save_model_folder(folder / "m", sample.content);
  write_file(folder / "m/README.md", "---\nwhat is this\nlicense: mit\n---\n");
  const ModelFolder model = open_model_folder(folder / "m", "");
  REQUIRE(model.warnings.size() == 1);
  CHECK(model.warnings[0].starts_with((folder / "m/README.md").string() + ": line 2: "));
  CHECK(model.card.license == "mit");
}

TEST_CASE("a save that fails leaves the old model and nothing else") {
  const TempFolder folder;
  const fs::path target = folder / "m";
  Sample sample;
  save_model_folder(target, sample.content);
  const std::string large(100000, ' ');
  const auto fails_with = [&](int number, const fs::path& path) {
    try {
      save_model_folder(target, sample.content);
      FAIL_CHECK("no exception");
    } catch (const IoError& error) {
      CHECK(error.error_number() == number);
      CHECK(error.path() == path);
    }
    CHECK(names_in(folder.path()) == std::vector<std::string>{"m"});
    CHECK(names_in(target) == kSaved);
    CHECK(open_model_folder(target, "").tokenizer.view() == R"({"model": {"type": "WordPiece"}})");
  };
  {
    const FileSizeLimit limit(20000);
    sample.content.tokenizer_json = large;
    fails_with(EFBIG, target / "tokenizer.json");
  }
  {
    const FileSizeLimit limit(20000);
    sample.content.tokenizer_json = "{}";
    sample.content.tensors.clear();
    sample.add("embeddings", TensorType::kF32, {100, 250}, large);
    fails_with(EFBIG, target / "model.safetensors");
  }
  if (::geteuid() != 0) {  // root may write everywhere
    fs::permissions(target, fs::perms::owner_read | fs::perms::owner_exec);
    fails_with(EACCES, target);
    fs::permissions(target, fs::perms::owner_all);
  }
}

TEST_CASE("a failed first save leaves no folder behind") {
  const TempFolder folder;
  Sample sample;
  const std::string large(100000, ' ');
  sample.content.tokenizer_json = large;
  const FileSizeLimit limit(20000);
  CHECK_THROWS_AS(save_model_folder(folder / "m", sample.content), IoError);
  CHECK(names_in(folder.path()).empty());
}

TEST_CASE("the reference's own folder opens, if the shared data is there") {
  const char* shared = std::getenv("M2V_SHARED");
  if (shared == nullptr) return;
  const ModelFolder model =
      open_model_folder(fs::path(shared) / "reference/minilm/default/model", "");
  CHECK(model.embeddings->shape == std::vector<std::size_t>{29525, 256});
  CHECK(model.embeddings->type == TensorType::kF16);
  CHECK(model.config.find("max_length")->integer() == 512);

  // The same content, written by us, is the same files.
  const TempFolder folder;
  ModelContent content;
  content.tensors = model.tensors.tensors();
  content.tokenizer_json = model.tokenizer.view();
  content.config = model.config;
  save_model_folder(folder / "m", content);
  for (const char* name : {"modules.json", "model.safetensors"}) {
    CHECK_MESSAGE(read_file(folder / "m" / name) ==
                      read_file(fs::path(shared) / "reference/minilm/default/model" / name),
                  name);
  }
}

TEST_CASE("a transformer's folder is not replaced by a static model") {
  const TempFolder temp;
  const fs::path folder = temp.path() / "teacher";
  fs::create_directories(folder);
  write_file(folder / "config.json", R"({"model_type": "bert"})");
  write_file(folder / "model.safetensors", "precious");
  CHECK_THROWS_AS(save_model_folder(folder, Sample().content), std::invalid_argument);
  CHECK(read_file(folder / "model.safetensors") == "precious");
  write_file(folder / "config.json", "{ damaged");
  CHECK_THROWS_AS(save_model_folder(folder, Sample().content), std::invalid_argument);
  CHECK(read_file(folder / "model.safetensors") == "precious");
}
