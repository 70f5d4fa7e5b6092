#include "m2v/fit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/events.h"
#include "base/impl_access.h"
#include "model/model_impl.h"
#include "train/checks.h"
#include "train/model_rows.h"
#include "train/temperature.h"
#include "train/trainer.h"

namespace m2v {
namespace {

using namespace train;

/// Returns the number of training examples to hold out for validation.
std::size_t validation_size(std::size_t count, const FitOptions& options) {
  constexpr std::size_t kMaxValidationTexts = 10'000;
  const auto fraction = static_cast<std::size_t>(
      std::nearbyint(static_cast<double>(count) * options.validation_fraction));
  const std::size_t kept = options.validation_count != 0 ? options.validation_count
                                                         : std::min(fraction, kMaxValidationTexts);
  return std::clamp<std::size_t>(kept, 1, count - 1);
}

/// Splits the examples. If there are more than `own`, the first `own` ones are for training and the
/// others for validation. `single` has the classes for a stratified split, or is null.
Split make_split(std::size_t own, std::size_t all, const FitOptions& options, Random& random,
                 const Labels* single) {
  if (all > own) {
    Split split;
    split.train.resize(own);
    split.validation.resize(all - own);
    std::iota(split.train.begin(), split.train.end(), 0);
    std::iota(split.validation.begin(), split.validation.end(), own);
    return split;
  }
  const std::size_t kept = validation_size(own, options);
  return single != nullptr
             ? stratified_split(single->numbers, single->classes.names.size(), kept, random)
             : train::split(own, kept, random);
}

std::vector<float> weights_of_classes(const Labels& labels, const ClassifierOptions& options) {
  if (!options.balanced) return options.class_weights;
  std::vector<float> weights(labels.classes.names.size());
  for (const std::uint32_t label : labels.numbers) ++weights[label];
  const auto total = static_cast<double>(labels.numbers.size());
  for (float& weight : weights) {  // the weight of a class without texts has no effect
    if (weight > 0)
      weight = static_cast<float>(total / (static_cast<double>(weights.size()) * weight));
  }
  return weights;
}

/// Returns the targets: the training labels, followed by the validation labels given by the caller.
Targets label_targets(const Labels& labels, const ClassifierOptions& options) {
  Labels all = labels;
  if (options.validation_labels.size() != 0) {
    const Labels checks = labels_in(options.validation_labels, labels.classes);
    const std::size_t begin = all.numbers.size();
    all.numbers.insert(all.numbers.end(), checks.numbers.begin(), checks.numbers.end());
    for (std::size_t t = 1; t <= checks.size(); ++t)
      all.offsets.push_back(begin + checks.offsets[t]);
  }
  const auto gamma = static_cast<float>(options.focal_gamma);
  const std::vector<float> weights = weights_of_classes(labels, options);
  if (labels.multilabel) return LabelTargets{all.numbers, all.offsets, weights, gamma};
  return ClassTargets{all.numbers, weights, gamma};
}

/// Returns one number per text, equal for texts with equal tokens.
std::vector<std::uint32_t> text_identifiers(const TokenLists& lists) {
  std::map<std::span<const std::uint32_t>, std::uint32_t,
           decltype([](std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
             return std::ranges::lexicographical_compare(a, b);
           })>
      numbers;
  std::vector<std::uint32_t> result;
  for (std::size_t t = 0; t < lists.texts(); ++t) {
    result.push_back(
        numbers.emplace(lists[t], static_cast<std::uint32_t>(numbers.size())).first->second);
  }
  return result;
}

std::vector<std::string_view> joined(std::initializer_list<Texts> parts) {
  std::vector<std::string_view> all;
  for (const Texts part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::size_t max_length_of(const StaticModel& model, const FitOptions& options) {
  return options.max_length.value_or(impl_of(model).max_length);
}

/// The part of a model that some texts use, renumbered, and the mapping back to the whole model.
struct UsedPart {
  std::vector<std::uint32_t> tokens, rows;  ///< The model's ids and rows, by their new number.
  /// By new token number: its new row number; empty if every token has its own row.
  std::vector<std::uint32_t> row_of;

  UsedPart(const StaticModel& model, TokenLists& lists)
      : tokens(renumber_by_frequency(lists, model.tokenizer().id_limit())) {
    const auto& mapping = impl_of(model).mapping;
    if (mapping.empty()) {
      rows = tokens;
      return;
    }
    std::map<std::uint32_t, std::uint32_t> numbers;
    for (const std::uint32_t id : tokens) {
      const auto [at, is_new] =
          numbers.emplace(mapping[id], static_cast<std::uint32_t>(rows.size()));
      if (is_new) rows.push_back(mapping[id]);
      row_of.push_back(at->second);
    }
  }

  TokenWeights weights(const StaticModel& model, const FitOptions& options) const {
    const std::vector<float> all = float_weights(model);
    if (all.empty() && options.token_weights != TokenWeightTraining::kAlways) return {};
    std::vector<float> used(tokens.size(), 1.0f);
    if (!all.empty()) {
      std::ranges::transform(tokens, used.begin(), [&](std::uint32_t id) { return all[id]; });
    }
    return {std::move(used), options.token_weights == TokenWeightTraining::kNever};
  }
};

HeadShape head_shape(std::size_t dim, std::size_t outputs, const FitOptions& options,
                     bool classifies) {
  return {.inputs = simd::padded_stride(dim),
          .dim = dim,
          .hidden = options.hidden_dim,
          .hidden_layers = options.hidden_layers,
          .outputs = outputs,
          .identity = options.hidden_layers == 0 && dim == outputs && !classifies};
}

/// The input of a fine-tuning task of any kind.
struct Task {
  const StaticModel& model;
  TokenLists lists;
  std::optional<std::size_t> partners = {};
  Targets targets;
  Split split;
  HeadShape shape;
  /// The head to start from; null: a random one.
  const Head* start = nullptr;
  bool calibrate = false;
};

/// Trains, and returns the head's layers.
std::vector<Head::Layer> train_layers(const TrainingData& data, Trainable& trained,
                                      const FitOptions& options, bool calibrate, Random& random,
                                      const OnEvent& on_event, FitReport* report) {
  FitReport unwanted;
  FitReport& told = report == nullptr ? unwanted : *report;
  Trainer trainer(data, trained, options, calibrate, random);
  trainer.run(base::Events(on_event), told);
  std::vector<Head::Layer> layers = trained.head.layers();
  if (calibrate) {
    told.calibration =
        fit_temperature(trainer.validation_outputs(), data.targets, data.split.validation);
    divide_outputs(layers.back(), told.calibration->temperature);
  }
  return layers;
}

/// Trains and returns the new model and the head's layers.
std::pair<StaticModel, std::vector<Head::Layer>> run(Task task, const FitOptions& options,
                                                     Random& random, const OnEvent& on_event,
                                                     FitReport* report) {
  const UsedPart used(task.model, task.lists);
  if (used.tokens.empty()) {
    throw std::invalid_argument("fit: the texts contain no token of the model");
  }
  Trainable trained{.table = EmbeddingTable(float_rows(task.model, used.rows), options.freeze),
                    .weights = used.weights(task.model, options),
                    .row_of = used.row_of,
                    .head = TrainableHead(task.shape, random),
                    .outputs = task.shape.outputs};
  if (task.start != nullptr) trained.head.set_layers(task.start->layers);
  const TrainingData data{.tokens = std::move(task.lists),
                          .partners = task.partners,
                          .vectors = {},
                          .targets = std::move(task.targets),
                          .split = std::move(task.split)};
  std::vector<Head::Layer> layers =
      train_layers(data, trained, options, task.calibrate, random, on_event, report);
  return {with_rows(task.model, used.tokens, trained.weights.values(), used.rows, *trained.table,
                    options.normalize, max_length_of(task.model, options)),
          std::move(layers)};
}

ModelWithHead fit_classes(const StaticModel& model, const Head* start, Texts texts,
                          const Labels& given, const ClassifierOptions& options,
                          const OnEvent& on_event, FitReport* report) {
  const Labels labels = start == nullptr ? given : labels_in(given, start->classes);
  check_options(options);
  check_labels(texts, labels, options);
  std::vector<DataProblem> problems =
      warn_of_data_problems(texts, labels, options, base::Events(on_event));
  if (report != nullptr) report->data_problems = std::move(problems);
  Random random(options.seed);
  Task task{.model = model,
            .lists = read_tokens(model, joined({texts, options.validation_texts}),
                                 max_length_of(model, options), options.threads),
            .targets = label_targets(labels, options),
            .split = make_split(texts.size(), texts.size() + options.validation_texts.size(),
                                options, random, labels.multilabel ? nullptr : &labels),
            .shape = head_shape(model.dim(), labels.classes.names.size(), options, true),
            .start = start,
            .calibrate = options.calibrate};
  auto [trained, layers] = run(std::move(task), options, random, on_event, report);
  return {
      std::move(trained),
      {.layers = std::move(layers),
       .activation = labels.multilabel ? Head::Activation::kSigmoid : Head::Activation::kSoftmax,
       .classes = labels.classes}};
}

}  // namespace

ModelWithHead fit(const StaticModel& model, Texts texts, const Labels& labels,
                  const ClassifierOptions& options, const OnEvent& on_event, FitReport* report) {
  return fit_classes(model, nullptr, texts, labels, options, on_event, report);
}

ModelWithHead fit(const ModelWithHead& trained, Texts texts, const Labels& labels,
                  const ClassifierOptions& options, const OnEvent& on_event, FitReport* report) {
  const Head& head = trained.head();
  check_can_continue(head, labels);
  ClassifierOptions same = options;
  same.hidden_layers = head.layers.size() - 1;
  if (same.hidden_layers > 0) same.hidden_dim = head.layers.front().weight.rows;
  same.normalize = trained.model().info().normalize;
  return fit_classes(trained.model(), &head, texts, labels, same, on_event, report);
}

ModelWithHead fit_vectors(const StaticModel& model, Texts texts, MatrixView vectors,
                          VectorLoss loss, const VectorOptions& options, const OnEvent& on_event,
                          FitReport* report) {
  check_options(options);
  check_vectors(texts, vectors, options);
  Random random(options.seed);
  Task task{
      .model = model,
      .lists = read_tokens(model, joined({texts, options.validation_texts}),
                           max_length_of(model, options), options.threads),
      .targets = VectorTargets{vectors, options.validation_vectors, loss == VectorLoss::kCosine},
      .split = make_split(texts.size(), texts.size() + options.validation_texts.size(), options,
                          random, nullptr),
      .shape = head_shape(model.dim(), vectors.cols, options, false)};
  auto [trained, layers] = run(std::move(task), options, random, on_event, report);
  return {std::move(trained), {.layers = std::move(layers)}};
}

ModelWithHead fit_pairs(const StaticModel& model, Texts texts, Texts partners,
                        const PairOptions& options, const OnEvent& on_event, FitReport* report) {
  check_options(options);
  check_pairs(texts, partners, options);
  Random random(options.seed);
  const std::size_t all = texts.size() + options.validation_texts.size();
  Task task{
      .model = model,
      .lists = read_tokens(
          model, joined({texts, options.validation_texts, partners, options.validation_partners}),
          max_length_of(model, options), options.threads),
      .partners = all,
      .targets = {},
      .split = make_split(texts.size(), all, options, random, nullptr),
      .shape = head_shape(model.dim(), options.outputs == 0 ? model.dim() : options.outputs,
                          options, false)};
  check_pair_split(task.split);
  const std::vector<std::uint32_t> numbers = text_identifiers(task.lists);
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(all);
  task.targets = PairTargets{
      {numbers.begin(), middle}, {middle, numbers.end()}, static_cast<float>(options.temperature)};
  auto [trained, layers] = run(std::move(task), options, random, on_event, report);
  return {std::move(trained), {.layers = std::move(layers)}};
}

Head fit_head(MatrixView vectors, const Labels& labels, const ClassifierOptions& options,
              const OnEvent& on_event, FitReport* report) {
  check_options(options);
  check_head_vectors(vectors, labels, options);
  Random random(options.seed);
  const HeadShape shape = head_shape(vectors.cols, labels.classes.names.size(), options, true);
  Trainable trained{.table = {},
                    .weights = {},
                    .row_of = {},
                    .head = TrainableHead(shape, random),
                    .outputs = shape.outputs};
  const TrainingData data{.tokens = {},
                          .vectors = vectors,
                          .targets = label_targets(labels, options),
                          .split = make_split(vectors.rows, vectors.rows, options, random,
                                              labels.multilabel ? nullptr : &labels)};
  return {
      .layers = train_layers(data, trained, options, options.calibrate, random, on_event, report),
      .activation = labels.multilabel ? Head::Activation::kSigmoid : Head::Activation::kSoftmax,
      .classes = labels.classes};
}

}  // namespace m2v
