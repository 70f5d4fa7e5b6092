#include "hub/needs.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using m2v::base::Json;
using m2v::base::parse_json;
using namespace m2v::hub;
using Strings = std::vector<std::string>;

namespace {

struct Repository {
  std::set<std::string> files;
  std::string config;
  std::string modules;
};

/// Sorted; no value if it is no model.
std::optional<Strings> needed(const Repository& repository, const std::string& folder = "") {
  const Json config = repository.config.empty() ? Json() : parse_json(repository.config, "c");
  const Json modules = repository.modules.empty() ? Json() : parse_json(repository.modules, "m");
  auto needs =
      find_required_files([&](const std::string& path) { return repository.files.contains(path); },
                          folder, repository.config.empty() ? nullptr : &config,
                          repository.modules.empty() ? nullptr : &modules);
  if (!needs) return std::nullopt;
  std::ranges::sort(needs->files);
  return needs->files;
}

const char kStatic[] = R"({"model_type": "model2vec"})";
const char kBert[] = R"({"model_type": "bert"})";

}  // namespace

TEST_CASE("a static model") {
  const Strings three = {"config.json", "model.safetensors", "tokenizer.json"};
  Repository repository{{three.begin(), three.end()}, kStatic, ""};
  CHECK(needed(repository) == three);
  repository.files.insert({"modules.json", "onnx/model.onnx", "tokenizer_config.json"});
  CHECK(needed(repository) == three);
  repository.files.insert("README.md");
  CHECK(needed(repository)->size() == 4);
  repository.files.insert("head.safetensors");
  repository.files.insert("pipeline.skops");  // which has been converted
  CHECK(needed(repository)->size() == 5);
  CHECK(std::ranges::count(*needed(repository), "head.safetensors") == 1);
  repository.files.erase("head.safetensors");
  CHECK(std::ranges::count(*needed(repository), "pipeline.skops") == 1);
  repository.files.erase("pipeline.skops");
  repository.config = "{}";  // older ones do not say what they are
  CHECK(needed(repository)->size() == 4);
  repository.files.erase("model.safetensors");
  CHECK_FALSE(needed(repository).has_value());
}

TEST_CASE("the layouts of Sentence Transformers, whose modules say whether to normalize") {
  CHECK(needed({{"config_sentence_transformers.json", "model.safetensors", "modules.json",
                 "tokenizer.json"},
                "",
                "[]"}) == Strings{"config_sentence_transformers.json", "model.safetensors",
                                  "modules.json", "tokenizer.json"});
  CHECK(needed({{"config_sentence_transformers.json", "0_StaticEmbedding/model.safetensors",
                 "0_StaticEmbedding/tokenizer.json", "a.txt"},
                "",
                ""}) == Strings{"0_StaticEmbedding/model.safetensors",
                                "0_StaticEmbedding/tokenizer.json",
                                "config_sentence_transformers.json"});
}

TEST_CASE("a teacher") {
  Repository repository{{"config.json", "model.safetensors", "tokenizer.json", "vocab.txt",
                         "modules.json", "1_Pooling/config.json", "pytorch_model.bin"},
                        kBert,
                        ""};
  CHECK(needed(repository) == Strings{"1_Pooling/config.json", "config.json", "model.safetensors",
                                      "modules.json", "tokenizer.json"});
  repository.modules =
      R"([{"type": "x.Transformer", "path": ""}, {"type": "x.Pooling", "path": "2_P"}])";
  repository.files.insert("2_P/config.json");
  CHECK(std::ranges::count(*needed(repository), "2_P/config.json") == 1);
  CHECK(std::ranges::count(*needed(repository), "1_Pooling/config.json") == 0);
  repository.modules = R"([{"type": "x.Pooling", "path": "../../etc"}])";
  CHECK(std::ranges::count(*needed(repository), "1_Pooling/config.json") == 1);
  repository.files.erase("tokenizer.json");
  CHECK(std::ranges::count(*needed(repository), "vocab.txt") == 1);
  repository.files.erase("vocab.txt");
  CHECK_FALSE(needed(repository).has_value());
  repository.files.insert("vocab.json");
  CHECK_FALSE(needed(repository).has_value());
  repository.files.insert("merges.txt");
  CHECK(std::ranges::count(*needed(repository), "merges.txt") == 1);
  repository.files.erase("model.safetensors");
  CHECK(std::ranges::count(*needed(repository), "pytorch_model.bin") == 1);
  repository.files.erase("pytorch_model.bin");
  CHECK_FALSE(needed(repository).has_value());
}

TEST_CASE("a teacher whose weights are in several files") {
  Repository repository{{"config.json", "tokenizer.json", "model.safetensors.index.json",
                         "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"},
                        kBert,
                        ""};
  CHECK(needed(repository) == Strings{"config.json", "model-00001-of-00002.safetensors",
                                      "model-00002-of-00002.safetensors",
                                      "model.safetensors.index.json", "tokenizer.json"});
  repository.files.erase("model-00002-of-00002.safetensors");
  CHECK_FALSE(needed(repository).has_value());
  for (const char* file : {"pytorch_model.bin.index.json", "pytorch_model-00001-of-00001.bin"}) {
    repository.files.insert(file);
  }
  CHECK(std::ranges::count(*needed(repository), "pytorch_model-00001-of-00001.bin") == 1);
}

TEST_CASE("a transformer in a folder of its own") {
  const Repository repository{
      {"0_Transformer/config.json", "0_Transformer/tokenizer.json", "1_Pooling/config.json",
       "0_Transformer/model.safetensors", "0_Transformer/tokenizer_config.json", "modules.json"},
      kBert,
      R"([{"type": "x.Transformer", "path": "0_Transformer"}])"};
  CHECK(needed(repository) == Strings{repository.files.begin(), repository.files.end()});
  const auto folder_in = [](const char* modules) {
    const Json json = parse_json(modules, "m");
    return transformer_folder(&json);
  };
  CHECK(folder_in(R"([{"type": "x.Transformer", "path": "0_Transformer"}])") == "0_Transformer/");
  CHECK(folder_in(R"([{"type": "x.Transformer", "path": ""}])").empty());
  CHECK(folder_in(R"([{"type": "x.Transformer", "path": "../a"}])").empty());
  CHECK(folder_in(R"({"type": 1})").empty());
  CHECK(transformer_folder(nullptr).empty());
}

TEST_CASE("in a subfolder") {
  const Repository repository{
      {"a/config.json", "a/model.safetensors", "a/tokenizer.json"}, kStatic, ""};
  CHECK(needed(repository, "a/")->front() == "a/config.json");
  CHECK_FALSE(needed(repository).has_value());
}

TEST_CASE("what is missing is said") {
  const std::string other = describe_missing_model({"config.json", "tf_model.h5"}, "");
  CHECK(other.find("has config.json, tf_model.h5") != other.npos);
  CHECK(other.find("other formats") != other.npos);
  CHECK(describe_missing_model({}, "").find("there are no files") != other.npos);
  CHECK(describe_missing_model({"x/config.json"}, "").find("--subfolder x meant") != other.npos);
  CHECK(describe_missing_model({"1_Pooling/config.json"}, "").find("--subfolder") == other.npos);
}
