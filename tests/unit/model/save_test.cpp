#include <doctest/doctest.h>

#include <string>
#include <tuple>
#include <vector>

#include "base/json.h"
#include "m2v/error.h"
#include "m2v/static_model.h"
#include "support/small_model.h"
#include "support/temp_folder.h"

using namespace m2v;
using test::small_parts;

namespace {

base::Json config_in(const std::filesystem::path& folder) {
  return base::read_json((folder / "config.json").string());
}

}  // namespace

TEST_CASE("a saved model loads as it was; unknown keys of its config survive") {
  const test::TempFolder folder;
  model::ModelParts parts = small_parts(4);
  parts.weights.assign(parts.rows, 0.25);
  parts.mapping.assign(parts.rows, 1);
  parts.card.base_model = "org/teacher";
  const StaticModel model = model::make_model(std::move(parts));
  model.save(folder.path() / "model");
  const StaticModel loaded = StaticModel::load(folder.path() / "model");
  CHECK(loaded.encode("hello world!") == model.encode("hello world!"));
  CHECK(loaded.info().has_weights);
  CHECK(loaded.info().has_mapping);
  CHECK(loaded.info().base_model == "org/teacher");
  const base::Json config = config_in(folder.path() / "model");
  CHECK(config.find("own_key")->dump() == "[1]");
  CHECK(config.find("embedding_dtype")->string() == "float32");
  CHECK(config.find("hidden_dim")->integer() == 4);
  CHECK(config.find("vocabulary_quantization")->integer() ==
        static_cast<std::int64_t>(loaded.info().rows));
}

TEST_CASE("load options override the config, and are what is saved") {
  const test::TempFolder folder;
  model::make_model(small_parts(4)).save(folder.path() / "a");
  const StaticModel changed =
      StaticModel::load(folder.path() / "a", {.normalize = true, .max_length = kNoLimit});
  CHECK(changed.info().normalize);
  changed.save(folder.path() / "b");
  const base::Json config = config_in(folder.path() / "b");
  CHECK(config.find("normalize")->boolean());
  CHECK(config.find("max_length")->is_null());
  CHECK(StaticModel::load(folder.path() / "b").info().max_length == kNoLimit);
}

TEST_CASE("loading warns of a malformed card, and a callback that says no cancels") {
  const test::TempFolder folder;
  const auto location = folder.path() / "model";
  model::make_model(small_parts(4)).save(location);
  test::write_file(location / "README.md", "---\nlicense: mit\n\ttab\n---\n");
  std::vector<std::string> warnings;
  const auto listen = [&](const Event& event) {
    CHECK(event.kind == Event::Kind::kWarning);
    warnings.push_back(event.message);
    return warnings.size() < 2;
  };
  std::ignore = StaticModel::load(location, {}, listen);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("README.md: line 3") != std::string::npos);
  CHECK_THROWS_AS(StaticModel::load(location, {}, listen), Cancelled);
}

TEST_CASE("a model can be saved over the folder that it was loaded from") {
  const test::TempFolder folder;
  const auto location = folder.path() / "model";
  model::make_model(small_parts(4)).save(location);
  const StaticModel model = StaticModel::load(location);
  const std::vector<float> before = model.encode("hello world");
  model.save(location);
  CHECK(model.encode("hello world") == before);
  CHECK(StaticModel::load(location).encode("hello world") == before);
}
