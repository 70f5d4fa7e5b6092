#include "m2v/distill.h"

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/events.h"
#include "distill/fit_to_teacher.h"
#include "distill/inputs.h"
#include "distill/modules.h"
#include "distill/pooling.h"
#include "distill/precision.h"
#include "distill/quantize.h"
#include "distill/random_texts.h"
#include "distill/reduce.h"
#include "distill/rewrite_tokenizer.h"
#include "distill/table.h"
#include "distill/teacher.h"
#include "distill/token_counts.h"
#include "encoder/encoder.h"
#include "m2v/error.h"
#include "math/zipf.h"
#include "model/model_parts.h"

namespace m2v {
namespace {

using base::Json;

/// Measures seconds since the last lap and since the start.
class Stopwatch {
 public:
  double lap() {
    const auto now = Clock::now();
    const double seconds = std::chrono::duration<double>(now - lap_).count();
    lap_ = now;
    return seconds;
  }
  double total() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now(), lap_ = start_;
};

void check_options(const DistillOptions& options) {
  const auto* dims = std::get_if<PcaDims>(&options.pca);
  if (dims != nullptr && dims->dims == 0) {
    throw std::invalid_argument("pca: the number of dimensions must be at least 1");
  }
  const auto* share = std::get_if<PcaVariance>(&options.pca);
  if (share != nullptr && !(share->fraction > 0 && share->fraction < 1)) {
    throw std::invalid_argument("pca: the fraction of the variance must be between 0 and 1");
  }
  if (!(options.whitening >= 0 && options.whitening <= 0.5)) {
    throw std::invalid_argument("whitening must be between 0 and 0.5");
  }
  const bool has_components = !std::holds_alternative<PcaNone>(options.pca);
  if (!has_components && (options.drop_components > 0 || options.whitening > 0)) {
    throw std::invalid_argument("drop_components and whitening need PCA, which is switched off");
  }
  const auto& sif = options.sif_coefficient;
  if (!sif && !options.frequency_texts.empty()) {
    throw std::invalid_argument(
        "frequency_texts need a sif_coefficient: without it there are no weights");
  }
  if (sif && !(*sif > 0 && *sif < 1)) {
    throw std::invalid_argument("sif_coefficient must be between 0 and 1");
  }
  if (options.dtype == DType::kBFloat16) {
    throw std::invalid_argument("dtype must be float16, float32, float64 or int8");
  }
}

[[noreturn]] void refuse_dense(const std::filesystem::path& folder, const std::string& dense) {
  throw FormatError((folder / "modules.json").string(), "$",
                    "the teacher ends with a Dense module, " + dense +
                        ", which a static model of its tokens does without; distil what comes "
                        "before it with ignore_dense (--ignore-dense), as model2vec does");
}

std::string teacher_name(const std::filesystem::path& folder, const DistillOptions& options) {
  if (!options.teacher_name.empty()) return options.teacher_name;
  const auto path = std::filesystem::absolute(folder).lexically_normal();
  return (path.has_filename() ? path.filename() : path.parent_path().filename()).string();
}

Json pca_json(const Pca& pca) {
  if (const auto* dims = std::get_if<PcaDims>(&pca)) {
    return static_cast<std::int64_t>(dims->dims);
  }
  if (const auto* share = std::get_if<PcaVariance>(&pca)) return share->fraction;
  return std::holds_alternative<PcaAuto>(pca) ? Json("auto") : Json(nullptr);
}

Json make_config(const DistillOptions& options, const std::string& name, std::size_t dim,
                 std::string_view pooling) {
  Json config = Json::Object{
      {"model_type", "model2vec"},
      {"architectures", Json::Array{"StaticModel"}},
      {"tokenizer_name", name},
      {"apply_pca", pca_json(options.pca)},
      {"sif_coefficient", options.sif_coefficient ? Json(*options.sif_coefficient) : Json(nullptr)},
      {"hidden_dim", static_cast<std::int64_t>(dim)},
      {"seq_length", 1000000},
      {"normalize", true},
      {"pooling", pooling},
      {"max_length", 512}};
  // Settings that model2vec does not have are written only if they were used.
  if (options.drop_components > 0) {
    config.set("drop_components", static_cast<std::int64_t>(options.drop_components));
  }
  if (options.whitening > 0) config.set("whitening", options.whitening);
  if (options.random_texts > 0) {
    config.set("random_texts", static_cast<std::int64_t>(options.random_texts));
  }
  if (!options.frequency_texts.empty()) config.set("token_frequencies", "texts");
  return config;
}

/// Makes the stored table. Shared rows are not multiplied by weights, because every token has its
/// own weight.
distillation::Table make_table(const Matrix& vectors, const std::vector<double>& weights,
                               bool shared, const DistillOptions& options) {
  if (!shared) {
    return distillation::make_table(vectors, weights, options.dtype, options.int8_scale,
                                    options.threads);
  }
  return distillation::convert_table({.bytes = std::as_bytes(std::span(vectors.data)),
                                      .dtype = DType::kFloat32,
                                      .dim = vectors.cols},
                                     options.dtype, options.int8_scale, options.threads);
}

/// The poolings of a token's hidden states that a fit may use: those of the special tokens at both
/// ends, and the mean.
constexpr encoder::Pooling kFitPoolings[] = {encoder::Pooling::kFirst, encoder::Pooling::kMean,
                                             encoder::Pooling::kLast};

/// The context of one distillation.
struct Job {
  const DistillOptions& options;
  const base::Events& events;
  DistillReport& report;
  Stopwatch watch = {};

  Matrix forward(const encoder::Encoder& encoder, const char* stage,
                 std::span<const encoder::Sequence> inputs,
                 std::span<const encoder::Pooling> poolings) const {
    return encoder.encode(
        inputs, poolings, options.threads,
        [&](std::size_t done, std::size_t total) { events.progress(stage, done, total); });
  }
};

/// The input of the forward pass: the teacher, its sequences and the pooling.
struct ForwardInput {
  const distillation::Teacher& teacher;
  const distillation::RewrittenTokenizer& rewritten;
  std::vector<encoder::Sequence> inputs;  ///< One per token.
  encoder::Pooling pooling;
};

/// The table's rows before weighting and, if tokens share rows, the row of each token.
struct Rows {
  Matrix vectors;
  std::vector<std::uint32_t> mapping;
};

void share_rows(Rows& rows, Job& job) {
  if (!job.options.vocabulary_quantization) return;
  auto shared = distillation::share_rows(rows.vectors, *job.options.vocabulary_quantization,
                                         job.options.threads, job.events);
  rows = {std::move(shared.rows), std::move(shared.mapping)};
  job.report.quantization_seconds = job.watch.lap();
}

/// Computes the table's rows. The encoder is destroyed as soon as its vectors are there: its
/// weights use most of the memory.
Rows make_rows(std::optional<encoder::Encoder> encoder, const ForwardInput& questions, Job& job) {
  const DistillOptions& options = job.options;
  const distillation::Reduction rule{options.pca, options.drop_components, options.whitening};
  const std::span pooling(&questions.pooling, 1);
  distillation::Reduced reduced;
  Rows rows;
  if (options.random_texts > 0) {
    const auto texts = distillation::random_texts(questions.rewritten, questions.teacher, *encoder,
                                                  options.random_texts);
    const Matrix states = job.forward(*encoder, "forward pass", questions.inputs, kFitPoolings);
    const Matrix targets = job.forward(*encoder, "random texts", texts.inputs, pooling);
    encoder.reset();
    job.report.forward_seconds = job.watch.lap();
    reduced = distillation::fit(states, texts, targets, rule, options.threads, job.events);
    job.report.pca_seconds = job.watch.lap();
    rows.vectors = std::move(reduced.vectors);
    share_rows(rows, job);
  } else {
    rows.vectors = job.forward(*encoder, "forward pass", questions.inputs, pooling);
    encoder.reset();
    job.report.forward_seconds = job.watch.lap();
    share_rows(rows, job);
    reduced = distillation::reduce(std::move(rows.vectors), rule, options.threads, job.events);
    job.report.pca_seconds = job.watch.lap();
    rows.vectors = std::move(reduced.vectors);
  }
  job.report.explained_variance = reduced.explained_variance;
  return rows;
}

/// Returns the tokens' weights, from their frequency in texts if there are any, otherwise by Zipf's
/// law.
std::vector<double> make_weights(const std::string& tokenizer_json, std::size_t tokens,
                                 const DistillOptions& options) {
  if (options.frequency_texts.empty()) {
    return math::sif_weights(math::zipf_probabilities(tokens), options.sif_coefficient);
  }
  return math::sif_weights(
      distillation::token_probabilities(Tokenizer::from_json(tokenizer_json),
                                        options.frequency_texts, options.threads),
      options.sif_coefficient);
}

StaticModel assemble(Rows rows, const ForwardInput& questions, const std::string& name,
                     const Job& job) {
  const DistillOptions& options = job.options;
  std::string tokenizer = questions.rewritten.tokenizer.dump();
  auto weights = make_weights(tokenizer, questions.inputs.size(), options);
  distillation::Table table = make_table(rows.vectors, weights, !rows.mapping.empty(), options);
  if (rows.mapping.empty()) weights.clear();
  const std::size_t dim = rows.vectors.cols;
  const model::CardData license = model::license_of(questions.teacher.card);
  return model::make_model({.table = std::move(table.bytes),
                            .dtype = options.dtype,
                            .rows = rows.vectors.rows,
                            .dim = dim,
                            .weights = std::move(weights),
                            .scales = std::move(table.scales),
                            .mapping = std::move(rows.mapping),
                            .tokenizer_json = std::move(tokenizer),
                            .config = make_config(options, name, dim, job.report.pooling),
                            .card = {.base_model = name,
                                     .license = license.license,
                                     .languages = questions.teacher.card.languages,
                                     .tags = {},
                                     .other_lines = license.other_lines}});
}

}  // namespace

StaticModel distill(const std::filesystem::path& folder, const DistillOptions& options,
                    const OnEvent& on_event, DistillReport* report) {
  check_options(options);
  DistillReport unused;
  DistillReport& r = report != nullptr ? *report : unused;
  r = {};
  const base::Events events(on_event);
  Job job{options, events, r};

  const distillation::Modules modules = distillation::read_modules(folder);
  if (!modules.dense.empty() && !options.ignore_dense) refuse_dense(folder, modules.dense);
  const distillation::Teacher teacher =
      distillation::read_teacher(folder, modules.transformer, events);
  const distillation::RewrittenTokenizer rewritten =
      distillation::rewrite_tokenizer(teacher,
                                      {.remove_pattern = options.token_remove_pattern,
                                       .vocabulary = options.vocabulary,
                                       .corpus = options.corpus,
                                       .corpus_words = options.corpus_words},
                                      events);
  const encoder::Pooling pooling = distillation::choose_pooling(options.pooling, modules.pooling);
  encoder::Encoder encoder =
      encoder::Encoder::load(modules.transformer, distillation::first_precision(options.precision));
  const ForwardInput questions{teacher, rewritten,
                               distillation::make_inputs(rewritten, teacher, encoder), pooling};
  r.family = encoder.family();
  r.pooling = distillation::pooling_name(pooling);
  r.teacher_tokens = rewritten.teacher_tokens;
  r.entries_left_out = rewritten.entries_left_out;
  r.tokens = questions.inputs.size();
  r.teacher_dim = encoder.hidden_size();
  r.load_seconds = job.watch.lap();

  auto chosen =
      distillation::choose_precision(options.precision, std::move(encoder), modules.transformer,
                                     questions.inputs, pooling, options.threads);
  r.precision = distillation::precision_name(chosen.precision);
  r.precision_agreement = chosen.agreement;
  Rows rows = make_rows(std::move(chosen.encoder), questions, job);
  r.dim = rows.vectors.cols;
  StaticModel model = assemble(std::move(rows), questions, teacher_name(folder, options), job);
  r.total_seconds = job.watch.total();
  return model;
}

}  // namespace m2v
