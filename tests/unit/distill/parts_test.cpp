#include <doctest/doctest.h>

#include <bit>
#include <cfenv>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "base/half.h"
#include "distill/modules.h"
#include "distill/pooling.h"
#include "distill/reduce.h"
#include "distill/table.h"
#include "distill/teacher.h"
#include "distill/template.h"
#include "m2v/error.h"
#include "support/temp_folder.h"

using namespace m2v;

namespace {

std::string problem_of(const auto& function) {
  try {
    function();
  } catch (const FormatError& error) {
    return error.what();
  }
  return "no FormatError was thrown";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Warnings as they come.
struct Log {
  std::vector<std::string> messages;
  OnEvent on_event = [this](const Event& event) {
    messages.push_back(event.message);
    return true;
  };
};

}  // namespace

TEST_CASE("what surrounds a token is read from any post-processor") {
  using Ids = std::vector<std::uint32_t>;
  const auto read = [](const std::string& processor) {
    const std::string file = "tokenizer.json";
    const base::Json json = base::parse_json(R"({"post_processor": )" + processor + "}", file);
    return distillation::read_template(base::JsonAt(json, file));
  };
  const std::string tokens =
      R"("special_tokens": {"<s>": {"id": "<s>", "ids": [5], "tokens": ["<s>"]},
                            "</s>": {"id": "</s>", "ids": [6, 7], "tokens": ["</s>", "!"]}})";
  const std::string a = R"({"Sequence": {"id": "A", "type_id": 0}})";
  const std::string bos = R"({"SpecialToken": {"id": "<s>", "type_id": 0}})";
  const std::string eos = R"({"SpecialToken": {"id": "</s>", "type_id": 0}})";
  const auto templated = [&](const std::string& items) {
    return R"({"type": "TemplateProcessing", "single": [)" + items + R"(], "pair": [], )" + tokens +
           "}";
  };
  auto around = read(templated(bos + "," + a + "," + eos));
  CHECK(around.before == Ids{5});
  CHECK(around.after == Ids{6, 7});
  around = read(templated(a + "," + eos));
  CHECK(around.before.empty());
  CHECK(around.after == Ids{6, 7});
  around = read(templated(bos + "," + a));
  CHECK(around.before == Ids{5});
  CHECK(around.after.empty());
  CHECK(read(templated(a)).before.empty());
  CHECK(read(templated("")).after.empty());
  for (const char* type : {"BertProcessing", "RobertaProcessing"}) {
    around = read(R"({"type": ")" + std::string(type) +
                  R"(", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]})");
    CHECK(around.before == Ids{2});
    CHECK(around.after == Ids{3});
  }
  const std::string byte_level = R"({"type": "ByteLevel", "add_prefix_space": true})";
  CHECK(read(byte_level).before.empty());
  around = read(R"({"type": "Sequence", "processors": [)" + byte_level + "," +
                templated(bos + "," + a + "," + eos) + "]}");
  CHECK(around.before == Ids{5});
  CHECK(around.after == Ids{6, 7});
  CHECK(read("null").before.empty());

  CHECK(contains(problem_of([&] { read(R"({"type": "Else"})"); }), "$.post_processor.type"));
  const std::string unknown = R"({"SpecialToken": {"id": "<x>", "type_id": 0}})";
  CHECK(contains(problem_of([&] { read(templated(unknown)); }), "$.post_processor.special_tokens"));
  CHECK(contains(problem_of([&] { read(R"({"type": "BertProcessing", "cls": 2})"); }),
                 "$.post_processor.cls"));
  CHECK(contains(problem_of([&] { read(R"({"type": "BertProcessing", "cls": ["[CLS]"]})"); }),
                 "$.post_processor.cls"));
}

TEST_CASE("the pooling is what the teacher's modules say, unless it is chosen") {
  const test::TempFolder folder;
  const auto automatic = [&] {
    return distillation::choose_pooling(Pooling::kAuto,
                                        distillation::read_modules(folder.path()).pooling);
  };
  const auto modules = [&](const std::string& path) {
    folder.write("modules.json",
                 R"([{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
                     {"idx": 1, "path": ")" +
                     path + R"(", "type": "sentence_transformers.models.Pooling"}])");
  };
  CHECK(automatic() == encoder::Pooling::kMean);  // nothing says anything
  folder.write("1_Pooling/config.json", R"({"pooling_mode_cls_token": true})");
  CHECK(automatic() == encoder::Pooling::kFirst);  // no modules.json: the usual folder
  modules("other");
  CHECK(automatic() == encoder::Pooling::kMean);  // the module's folder has no configuration
  const auto configured = [&](const std::string& json) {
    folder.write("other/config.json", json);
    return automatic();
  };
  CHECK(configured(R"({"word_embedding_dimension": 3, "pooling_mode_mean_tokens": true,
                       "pooling_mode_cls_token": false})") == encoder::Pooling::kMean);
  CHECK(configured(R"({"pooling_mode_lasttoken": true})") == encoder::Pooling::kLast);
  CHECK(configured(R"({"pooling_mode": "cls"})") == encoder::Pooling::kFirst);
  CHECK(configured(R"({"pooling_mode": ["mean"]})") == encoder::Pooling::kMean);
  for (const char* mode : {"max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens"}) {
    const std::string json = R"({"pooling_mode_)" + std::string(mode) + R"(": true})";
    const std::string problem = problem_of([&] { configured(json); });
    CHECK(contains(problem, "config.json"));
    CHECK(contains(problem, mode));
    CHECK(contains(problem, "--pooling"));
  }
  const char* two = R"({"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true})";
  const std::string problem = problem_of([&] { configured(two); });
  CHECK(contains(problem, "cls_token and mean_tokens"));
  CHECK(contains(problem, "--pooling"));
  CHECK(distillation::choose_pooling(Pooling::kLast, std::nullopt) == encoder::Pooling::kLast);
  CHECK(distillation::choose_pooling(Pooling::kPooler, std::nullopt) == encoder::Pooling::kPooler);
  modules("../other");
  CHECK(contains(problem_of(automatic), "$[1].path"));
  folder.write("modules.json",
               R"([{"path": "", "type": "sentence_transformers.models.Transformer"}])");
  CHECK(automatic() == encoder::Pooling::kMean);
}

TEST_CASE("tokenizer_config.json overrides the Bert normalizer, with a warning for each change") {
  const std::string file = "tokenizer_config.json";
  const base::Json settings = base::parse_json(
      R"({"do_lower_case": false, "strip_accents": null, "tokenize_chinese_chars": true})", file);
  for (const bool nested : {false, true}) {
    std::string normalizer = R"({"type": "BertNormalizer", "clean_text": true,
      "handle_chinese_chars": true, "strip_accents": true, "lowercase": true})";
    if (nested) {
      normalizer = R"({"type": "Sequence", "normalizers": [{"type": "NFC"}, )" + normalizer + "]}";
    }
    base::Json tokenizer = base::parse_json(R"({"normalizer": )" + normalizer + "}", "t");
    Log log;
    distillation::apply_normalizer_settings(tokenizer, base::JsonAt(settings, file),
                                            base::Events(log.on_event));
    REQUIRE(log.messages.size() == 2);
    CHECK(contains(log.messages[0], "do_lower_case"));
    CHECK(contains(log.messages[1], "strip_accents"));
    base::Json* result = tokenizer.find("normalizer");
    if (nested) result = &result->find("normalizers")->array()[1];
    CHECK_FALSE(result->find("lowercase")->boolean());
    CHECK(result->find("strip_accents")->is_null());
    CHECK(result->find("handle_chinese_chars")->boolean());
    CHECK(result->find("clean_text")->boolean());
  }
  base::Json other = base::parse_json(R"({"normalizer": {"type": "Lowercase"}})", "t");
  Log log;
  distillation::apply_normalizer_settings(other, base::JsonAt(settings, file),
                                          base::Events(log.on_event));
  CHECK(log.messages.empty());
  CHECK(other.dump() == R"({"normalizer":{"type":"Lowercase"}})");
}

TEST_CASE("a teacher's folder: settings, special tokens and languages") {
  const test::TempFolder folder;
  folder.write("tokenizer.json", R"({"normalizer": null, "model": {}})");
  const OnEvent none;
  const base::Events events(none);
  CHECK_FALSE(distillation::read_teacher(folder.path(), folder.path(), events).padding.has_value());
  folder.write("tokenizer_config.json", R"({"unk_token": "U", "pad_token": {"content": "P"}})");
  folder.write("README.md", "---\nlanguage:\n- en\n- de\n---\n# A card\n");
  distillation::Teacher teacher = distillation::read_teacher(folder.path(), folder.path(), events);
  CHECK(*teacher.unknown == "U");
  CHECK(*teacher.padding == "P");
  CHECK(teacher.card.languages == std::vector<std::string>{"en", "de"});
  folder.write("special_tokens_map.json", R"({"unk_token": {"content": "U2"}, "pad_token": null})");
  teacher = distillation::read_teacher(folder.path(), folder.path(), events);
  CHECK(*teacher.unknown == "U2");
  CHECK(*teacher.padding == "P");
  folder.write("special_tokens_map.json", R"({"unk_token": 4})");
  CHECK(contains(
      problem_of([&] { distillation::read_teacher(folder.path(), folder.path(), events); }),
      "special_tokens_map.json: $.unk_token"));
}

TEST_CASE("the rules for dimensions") {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  Matrix x{.data = std::vector<float>(20 * 6), .rows = 20, .cols = 6};
  for (float& value : x.data) value = normal(random);
  const auto reduce = [&](const Pca& rule, std::size_t rows, std::size_t* warnings) {
    Log log;
    Matrix part = x;
    part.rows = rows;
    part.data.resize(rows * part.cols);
    auto result = distillation::reduce(part, {.pca = rule}, 1, base::Events(log.on_event));
    *warnings = log.messages.size();
    return result;
  };
  std::size_t warnings = 0;
  auto result = reduce(PcaDims{4}, 20, &warnings);
  CHECK(result.vectors.cols == 4);
  CHECK(result.explained_variance < 1);
  CHECK(warnings == 0);
  result = reduce(PcaDims{9}, 20, &warnings);  // more than there are: all, turned
  CHECK(result.vectors.cols == 6);
  CHECK(result.vectors.data != x.data);
  CHECK(warnings == 1);
  result = reduce(PcaAuto{}, 20, &warnings);
  CHECK(result.vectors.cols == 6);
  CHECK(result.explained_variance == doctest::Approx(1));
  CHECK(warnings == 0);
  result = reduce(PcaNone{}, 20, &warnings);
  CHECK(result.vectors.data == x.data);
  CHECK(warnings == 0);
  result = reduce(PcaDims{4}, 4, &warnings);  // not fewer than the rows: left alone
  CHECK(result.vectors.cols == 6);
  CHECK(std::equal(result.vectors.data.begin(), result.vectors.data.end(), x.data.begin()));
  CHECK(warnings == 1);
  CHECK(reduce(PcaDims{4}, 5, &warnings).vectors.cols == 4);
  CHECK(warnings == 0);
  CHECK(reduce(PcaAuto{}, 6, &warnings).vectors.cols == 6);
  CHECK(warnings == 1);
  result = reduce(PcaVariance{0.6}, 20, &warnings);
  CHECK(result.vectors.cols >= 1);
  CHECK(result.vectors.cols < 6);
  CHECK(result.explained_variance >= 0.6);
  CHECK(warnings == 0);
  CHECK(reduce(PcaVariance{0.6}, 1, &warnings).vectors.cols == 6);
  CHECK(warnings == 1);
}

namespace {

template <typename T>
std::vector<T> table_of(const Matrix& x, const std::vector<double>& weights, DType dtype) {
  const auto bytes = distillation::make_table(x, weights, dtype, Int8Scale::kTable, 2).bytes;
  REQUIRE(bytes.size() == x.data.size() * sizeof(T));
  std::vector<T> values(x.data.size());
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

/// The nearest binary16 value, ties to even, by the format's definition: 11 significant bits,
/// exponents from -14, subnormals below, infinity from 65520 on.
double nearest_half(double x) {
  if (x == 0) return x;
  const int exponent = std::max(std::ilogb(x), -14);
  const double unit = std::ldexp(1.0, exponent - 10);
  const double rounded = std::nearbyint(x / unit) * unit;
  return std::abs(rounded) > 65504 ? std::copysign(HUGE_VAL, x) : rounded;
}

}  // namespace

TEST_CASE("rows times weights, rounded once to the dtype") {
  // 1 + 2^-11 lies half-way between two float16 values; the weight pushes it up by less than a
  // float32 can tell. Rounding twice would give 1.
  const float half_way = 1.0f + std::ldexp(1.0f, -11);
  const Matrix x{.data = {half_way, -half_way, 1.5f, 3.0f}, .rows = 2, .cols = 2};
  const std::vector<double> weights = {1.0 + 1e-12, 0.1};
  const auto halves = table_of<std::uint16_t>(x, weights, DType::kFloat16);
  CHECK(base::half_to_float(halves[0]) == 1.0f + std::ldexp(1.0f, -10));
  CHECK(base::half_to_float(halves[1]) == -1.0f - std::ldexp(1.0f, -10));
  CHECK(table_of<float>(x, weights, DType::kFloat32)[2] == static_cast<float>(1.5 * 0.1));
  CHECK(table_of<double>(x, weights, DType::kFloat64)[3] == 3.0 * 0.1);
  CHECK_THROWS_AS(distillation::make_table(x, weights, DType::kBFloat16, Int8Scale::kTable, 1),
                  std::invalid_argument);
}

TEST_CASE("int8 by the rule, the rounding to float16 included") {
  std::mt19937 random(2);
  std::normal_distribution<float> normal(0, 0.3f);
  Matrix x{.data = std::vector<float>(4000 * 8), .rows = 4000, .cols = 8};
  for (float& value : x.data) value = normal(random);
  std::vector<double> weights(x.rows);
  for (std::size_t r = 0; r < x.rows; ++r) weights[r] = 1.0 / (1.0 + 1e-3 * static_cast<double>(r));
  double largest = 0;
  for (std::size_t i = 0; i < x.data.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(x.data[i]) * weights[i / x.cols]));
  }
  const double scale = largest / 127.0;
  const auto got = table_of<std::int8_t>(x, weights, DType::kInt8);
  std::size_t wrong = 0, without_half = 0;
  for (std::size_t i = 0; i < x.data.size(); ++i) {
    const double value = static_cast<double>(x.data[i]) * weights[i / x.cols];
    const double quotient = nearest_half(nearest_half(value) / scale);
    wrong += got[i] != std::clamp(std::nearbyint(quotient), -127.0, 127.0);
    without_half += got[i] != std::clamp(std::nearbyint(value / scale), -127.0, 127.0);
  }
  CHECK(wrong == 0);
  CHECK(without_half > 0);  // so the test can tell
}

TEST_CASE("int8 at the edges: halves to even, the largest at 127, nothing at all") {
  const std::vector<double> ones(1, 1.0);
  // 127 at the largest makes the scale 1: the values themselves are rounded.
  Matrix x{.data = {127, -127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 0.49f}, .rows = 1, .cols = 8};
  CHECK(table_of<std::int8_t>(x, ones, DType::kInt8) ==
        std::vector<std::int8_t>{127, -127, 0, 2, 2, 0, -2, 0});
  x.data.assign(8, 0.0f);
  CHECK(table_of<std::int8_t>(x, ones, DType::kInt8) == std::vector<std::int8_t>(8, 0));
  x.data = {1e6f, -1e6f, 7e4f, 1, 0, 0, 0, 0};  // beyond float16 on the way
  CHECK(table_of<std::int8_t>(x, ones, DType::kInt8) ==
        std::vector<std::int8_t>{127, -127, 127, 0, 0, 0, 0, 0});
}
