#include "m2v/distill.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>
#include <tuple>

#include "base/json.h"
#include "formats/safetensors.h"
#include "m2v/error.h"
#include "reference/bert_reference.h"
#include "simd/product.h"
#include "support/temp_folder.h"

using namespace m2v;

namespace {

const std::vector<std::string> kSpecial = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};

/// A teacher of 50 tokens: five special ones, two unused, the rest words.
reference::BertModel write_teacher(const test::TempFolder& folder) {
  const auto model = reference::random_bert({}, 12);
  reference::write_bert(folder.path(), model);
  base::Json::Object vocabulary;
  base::Json::Array added;
  for (std::size_t i = 0; i < model.shape.vocabulary; ++i) {
    std::string token = "w" + std::to_string(i);
    if (i < kSpecial.size()) token = kSpecial[i];
    if (i == 10 || i == 11) token = "[unused" + std::to_string(i) + "]";
    vocabulary.emplace_back(token, static_cast<std::int64_t>(i));
    if (i >= kSpecial.size()) continue;
    added.push_back(base::Json::Object{{"id", static_cast<std::int64_t>(i)},
                                       {"content", token},
                                       {"single_word", false},
                                       {"lstrip", false},
                                       {"rstrip", false},
                                       {"normalized", false},
                                       {"special", true}});
  }
  base::Json tokenizer = base::parse_json(
      R"({"version": "1.0", "truncation": null,
          "padding": {"strategy": "BatchLongest", "pad_id": 0, "pad_token": "[PAD]"},
          "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                         "strip_accents": null, "lowercase": true},
          "pre_tokenizer": {"type": "BertPreTokenizer"},
          "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
          "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
          "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                    "max_input_chars_per_word": 100}})",
      "test");
  tokenizer.set("added_tokens", added);
  tokenizer.find("model")->set("vocab", vocabulary);
  folder.write("tokenizer.json", tokenizer.dump());
  return model;
}

DistillOptions raw_options() {
  DistillOptions options;
  options.pca = PcaNone{};
  options.sif_coefficient.reset();
  options.dtype = DType::kFloat32;
  return options;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

std::vector<float> table_of(const StaticModel& model) {
  const test::TempFolder folder;
  model.save(folder.path() / "model");
  const auto file = formats::SafetensorsFile::open(folder.path() / "model" / "model.safetensors");
  return formats::to_float32(file.at("embeddings"), file.path());
}

/// The teacher's ids that stay: all but [CLS], [SEP], [MASK] and the unused ones.
std::vector<std::uint32_t> kept_ids() {
  std::vector<std::uint32_t> ids = {0, 1};
  for (std::uint32_t id = 5; id < 50; ++id) {
    if (id != 10 && id != 11) ids.push_back(id);
  }
  return ids;
}

}  // namespace

TEST_CASE("every row is the teacher's vector of [CLS] token [SEP]") {
  const test::TempFolder folder;
  const auto teacher = write_teacher(folder);
  const auto ids = kept_ids();
  for (const auto pooling : {Pooling::kAuto, Pooling::kFirst, Pooling::kLast, Pooling::kPooler}) {
    auto options = raw_options();
    options.pooling = pooling;
    DistillReport report;
    const StaticModel model = distill(folder.path(), options, {}, &report);
    CHECK(report.family == "bert");
    CHECK(report.teacher_tokens == 50);
    CHECK(report.tokens == 45);
    CHECK(report.teacher_dim == 24);
    CHECK(report.dim == 24);
    const auto table = table_of(model);
    REQUIRE(table.size() == ids.size() * 24);
    double largest = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      CHECK(*model.tokenizer().token(static_cast<std::uint32_t>(i)) ==
            (ids[i] < 2 ? kSpecial[ids[i]] : "w" + std::to_string(ids[i])));
      const auto states = reference::hidden_states(teacher, {2, ids[i], 3});
      const auto expected = pooling == Pooling::kFirst    ? states.front()
                            : pooling == Pooling::kLast   ? states.back()
                            : pooling == Pooling::kPooler ? reference::pooler(teacher, states)
                                                          : reference::mean(states);
      for (std::size_t c = 0; c < 24; ++c) {
        largest = std::max(largest, std::abs(table[i * 24 + c] - expected[c]));
      }
    }
    CHECK(largest < 2e-5);
  }
}

namespace {

double min_cosine(const std::vector<float>& a, const std::vector<float>& b, std::size_t dim) {
  double least = 1;
  for (std::size_t row = 0; row < a.size(); row += dim) {
    double product = 0, squares[2] = {0, 0};
    for (std::size_t c = row; c < row + dim; ++c) {
      product += static_cast<double>(a[c]) * b[c];
      squares[0] += static_cast<double>(a[c]) * a[c];
      squares[1] += static_cast<double>(b[c]) * b[c];
    }
    least = std::min(least, product / std::sqrt(squares[0] * squares[1]));
  }
  return least;
}

}  // namespace

TEST_CASE("fixed point comes close to float32, and auto takes it where it is fast") {
  const test::TempFolder folder;
  write_teacher(folder);
  auto options = raw_options();
  DistillReport report;
  const auto exact = table_of(distill(folder.path(), options, {}, &report));
  CHECK(report.precision == "f32");
  CHECK(!report.precision_agreement);
  options.precision = Precision::kInt16;
  const auto fixed = table_of(distill(folder.path(), options, {}, &report));
  CHECK(report.precision == "int16");
  CHECK(!report.precision_agreement);
  CHECK(fixed != exact);
  CHECK(min_cosine(exact, fixed, 24) > 0.99999);
  options.precision = Precision::kAuto;
  const auto chosen = table_of(distill(folder.path(), options, {}, &report));
  CHECK(report.precision == (simd::fixed_is_fast() ? "int16" : "f32"));
  CHECK(report.precision_agreement.has_value() == simd::fixed_is_fast());
  CHECK(report.precision_agreement.value_or(1) > 0.99999);
  CHECK(chosen == (simd::fixed_is_fast() ? fixed : exact));
}

TEST_CASE("auto stays with float32 for a teacher that fixed point cannot represent") {
  const test::TempFolder folder;
  auto teacher = write_teacher(folder);
  // One dimension of the hidden states is so large that the others vanish beside it, and every
  // weight makes up for it.
  teacher.weights["embeddings.LayerNorm.weight"].values[0] = 1e6f;
  for (auto& [name, weight] : teacher.weights) {
    if (!name.starts_with("encoder.layer.0.attention.self") || weight.shape.size() != 2) continue;
    for (std::size_t row = 0; row < weight.shape[0]; ++row) {
      weight.values[row * weight.shape[1]] *= 1e-6f;
    }
  }
  teacher.weights["encoder.layer.0.attention.output.LayerNorm.weight"].values[0] = 1e-3f;
  reference::write_bert(folder.path(), teacher);
  auto options = raw_options();
  options.precision = Precision::kAuto;
  DistillReport report;
  const auto chosen = table_of(distill(folder.path(), options, {}, &report));
  CHECK(report.precision == "f32");
  options.precision = Precision::kFloat32;
  CHECK(chosen == table_of(distill(folder.path(), options)));
}

TEST_CASE("weights fall on the rows, after PCA") {
  const test::TempFolder folder;
  write_teacher(folder);
  auto options = raw_options();
  options.pca = PcaDims{8};
  const auto plain = table_of(distill(folder.path(), options));
  options.sif_coefficient = 0.01;
  DistillReport report;
  const auto weighted = table_of(distill(folder.path(), options, {}, &report));
  CHECK(report.dim == 8);
  CHECK(report.explained_variance > 0);
  CHECK(report.explained_variance < 1);
  REQUIRE(plain.size() == 45 * 8);
  double sum = 0;
  for (int i = 0; i < 45; ++i) sum += 1.0 / (i + 2);
  for (int i = 0; i < 45; ++i) {
    const double weight = 0.01 / (0.01 + 1.0 / (i + 2) / sum);
    for (int c = 0; c < 8; ++c) {
      CHECK(weighted[static_cast<std::size_t>(i * 8 + c)] ==
            doctest::Approx(plain[static_cast<std::size_t>(i * 8 + c)] * weight).epsilon(1e-6));
    }
  }
}

TEST_CASE("the same bytes on any number of threads, in every dtype") {
  const test::TempFolder folder;
  write_teacher(folder);
  for (const DType dtype : {DType::kFloat16, DType::kFloat32, DType::kFloat64, DType::kInt8}) {
    DistillOptions options;
    options.pca = PcaDims{16};
    options.dtype = dtype;
    options.teacher_name = "teacher";
    std::string expected[3];
    for (const unsigned threads : {1u, 2u, 3u}) {
      options.threads = threads;
      const test::TempFolder out;
      distill(folder.path(), options).save(out.path() / "model");
      std::size_t i = 0;
      for (const char* name : {"model.safetensors", "tokenizer.json", "config.json"}) {
        const std::string content = read_file(out.path() / "model" / name);
        CHECK_FALSE(content.empty());
        if (threads == 1) expected[i] = content;
        CHECK_UNARY(content == expected[i]);
        ++i;
      }
    }
  }
}

TEST_CASE("config.json says how the model was made") {
  const test::TempFolder folder, out;
  write_teacher(folder);
  const auto config_of = [&](const DistillOptions& options) {
    distill(folder.path(), options).save(out.path() / "model");
    return base::read_json((out.path() / "model" / "config.json").string());
  };
  DistillOptions options;
  options.pca = PcaDims{16};
  options.teacher_name = "some/teacher";
  base::Json config = config_of(options);
  std::vector<std::string> keys;
  for (const auto& [key, value] : config.object()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"model_type", "architectures", "tokenizer_name",
                                         "apply_pca", "sif_coefficient", "hidden_dim", "seq_length",
                                         "normalize", "pooling", "max_length", "embedding_dtype"});
  CHECK(config.find("sif_coefficient")->number() == 1e-4);
  config.erase("sif_coefficient");  // how a number is spelt is the writer's business
  CHECK(config.dump() ==
        R"({"model_type":"model2vec","architectures":["StaticModel"],)"
        R"("tokenizer_name":"some/teacher","apply_pca":16,)"
        R"("hidden_dim":16,"seq_length":1000000,"normalize":true,"pooling":"mean",)"
        R"("max_length":512,"embedding_dtype":"float16"})");
  options.pca = PcaVariance{0.5};
  CHECK(config_of(options).find("apply_pca")->number() == 0.5);
  options.pca = PcaAuto{};
  CHECK(config_of(options).find("apply_pca")->string() == "auto");
  options = raw_options();
  config = config_of(options);
  CHECK(config.find("apply_pca")->is_null());
  CHECK(config.find("sif_coefficient")->is_null());
  CHECK(config.find("hidden_dim")->integer() == 24);
  CHECK(config.find("tokenizer_name")->string() == folder.path().filename().string());
}

TEST_CASE("a distilled model encodes, and saved and loaded it encodes the same") {
  const test::TempFolder folder, out;
  write_teacher(folder);
  const StaticModel model = distill(folder.path(), raw_options());
  const auto table = table_of(model);
  std::vector<float> vector = model.encode("W20 w21 nothing");
  REQUIRE(vector.size() == 24);
  const auto ids = model.tokenize("W20 w21 nothing");
  REQUIRE(ids.size() == 2);
  double norm = 0, dot = 0, other = 0;
  for (std::size_t c = 0; c < 24; ++c) {
    const double mean = 0.5 * (table[ids[0] * 24 + c] + table[ids[1] * 24 + c]);
    dot += mean * vector[c];
    other += mean * mean;
    norm += static_cast<double>(vector[c]) * vector[c];
  }
  CHECK(norm == doctest::Approx(1));
  CHECK(dot == doctest::Approx(std::sqrt(other)));
  model.save(out.path() / "model");
  CHECK(StaticModel::load(out.path() / "model").encode("W20 w21 nothing") == vector);
}

TEST_CASE("progress comes in order, and saying no cancels") {
  const test::TempFolder folder;
  write_teacher(folder);
  std::size_t last = 0;
  std::ignore = distill(folder.path(), raw_options(), [&](const Event& event) {
    CHECK(event.kind == Event::Kind::kProgress);
    CHECK(event.done >= last);
    CHECK(event.total == 45);
    last = event.done;
    return true;
  });
  CHECK(last == 45);
  CHECK_THROWS_AS(distill(folder.path(), raw_options(), [](const Event&) { return false; }),
                  Cancelled);
}

TEST_CASE("options out of range, and teachers that do not fit together") {
  const test::TempFolder folder;
  write_teacher(folder);
  const auto refused = [&](auto change) {
    DistillOptions options = raw_options();
    change(options);
    CHECK_THROWS_AS(std::ignore = distill(folder.path(), options), std::invalid_argument);
  };
  refused([](DistillOptions& o) { o.pca = PcaDims{0}; });
  refused([](DistillOptions& o) { o.pca = PcaVariance{0.0}; });
  refused([](DistillOptions& o) { o.pca = PcaVariance{1.0}; });
  refused([](DistillOptions& o) { o.pca = PcaVariance{std::nan("")}; });
  refused([](DistillOptions& o) { o.sif_coefficient = 0.0; });
  refused([](DistillOptions& o) { o.sif_coefficient = 1.0; });
  refused([](DistillOptions& o) { o.sif_coefficient = std::nan(""); });
  refused([](DistillOptions& o) { o.dtype = DType::kBFloat16; });
  refused([](DistillOptions& o) { o.token_remove_pattern = "("; });

  const std::string path = (folder.path() / "tokenizer.json").string();
  const base::Json good = base::read_json(path);
  const auto problem = [&](const base::Json& tokenizer) -> std::string {
    folder.write("tokenizer.json", tokenizer.dump());
    try {
      std::ignore = distill(folder.path(), raw_options());
    } catch (const FormatError& error) {
      return error.file() + " " + error.location();
    }
    return "no FormatError was thrown";
  };
  base::Json changed = good;
  changed.find("model")->find("vocab")->set("beyond", 50);
  CHECK(problem(changed) == path + " $.model.vocab");
  changed = good;
  changed.find("post_processor")->find("cls")->array()[1] = base::Json(99);
  CHECK(problem(changed) == path + " $.post_processor");
  changed = good;
  changed.find("model")->set("type", "Morphemes");
  CHECK(problem(changed) == path + " $.model.type");
  const test::TempFolder empty;
  CHECK_THROWS_AS(distill(empty.path()), IoError);
}

TEST_CASE("a Sentence Transformer's parts may lie in folders, and end with a Dense module") {
  test::TempFolder flat, nested;
  write_teacher(flat);
  const auto module = [](const std::string& number, const std::string& path,
                         const std::string& type) {
    return R"({"idx": )" + number + R"(, "name": ")" + number + R"(", "path": ")" + path +
           R"(", "type": "sentence_transformers.models.)" + type + R"("})";
  };
  const std::string transformer = module("0", "0_Transformer", "Transformer");
  const std::string pooling = module("1", "1_Pooling", "Pooling");
  std::filesystem::copy(flat.path(), nested.path() / "0_Transformer");
  std::filesystem::create_directory(nested.path() / "1_Pooling");
  nested.write("1_Pooling/config.json", R"({"pooling_mode_cls_token": true})");
  nested.write("modules.json", "[" + transformer + ", " + pooling + "]");
  DistillOptions options = raw_options();
  options.pooling = Pooling::kFirst;
  const auto expected = distill(flat.path(), options).encode("w20 w21");
  options.pooling = Pooling::kAuto;
  CHECK(distill(nested.path(), options).encode("w20 w21") == expected);

  nested.write("modules.json",
               "[" + transformer + ", " + pooling + ", " + module("2", "2_Dense", "Dense") + "]");
  std::string problem;
  try {
    std::ignore = distill(nested.path(), options);
  } catch (const FormatError& error) {
    problem = error.what();
  }
  CHECK(problem.find("2_Dense") != std::string::npos);
  CHECK(problem.find("--ignore-dense") != std::string::npos);
  options.ignore_dense = true;
  CHECK(distill(nested.path(), options).encode("w20 w21") == expected);

  nested.write("modules.json", "[" + module("0", "../elsewhere", "Transformer") + "]");
  CHECK_THROWS_AS(distill(nested.path(), options), FormatError);
}
