#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "m2v/data_problems.h"
#include "m2v/event.h"
#include "m2v/export.h"
#include "m2v/labels.h"
#include "m2v/model_with_head.h"
#include "m2v/static_model.h"
#include "m2v/types.h"

// Training: fine-tunes a static model together with a head, to classify texts, to predict vectors,
// or to bring paired texts close to each other.
//
//   const auto data = m2v::TextTable::read_labels("train.tsv");
//   const m2v::ModelWithHead classifier = m2v::fit(model, data.texts(), data.labels());
//   classifier.save("path/to/classifier");

namespace m2v {

/// Whether the weights of the tokens are trained.
enum class TokenWeightTraining {
  kIfPresent,  ///< They are trained if the model has any.
  kNever,      ///< They are left unchanged.
  kAlways      ///< They are trained, starting at 1 if the model has none.
};

/// Options of all training functions. The defaults are those of the classifier of model2vec 0.10.0.
struct FitOptions {
  // The head, and which parts of the model are trained.

  /// Number of hidden layers; 0: a single linear layer, or none at all when training on vectors or
  /// pairs whose size is already the model's.
  std::size_t hidden_layers = 1;
  std::size_t hidden_dim = 512;  ///< Units of each hidden layer; at least 1.
  bool freeze = false;           ///< Leaves the embedding table unchanged.
  TokenWeightTraining token_weights = TokenWeightTraining::kIfPresent;
  bool normalize = true;  ///< Whether vectors are scaled to length 1 before the head.
  std::optional<std::size_t> max_length = std::nullopt;  ///< In tokens; default: the model's.

  // Optimization.
  double learning_rate = 1e-3;  ///< Initial rate of Adam; halved when the loss stops falling.
  std::size_t batch_size = 0;   ///< Texts per step; 0: 32 to 512, depending on the number of texts.
  std::size_t min_epochs = 0;   ///< Early stopping does not end the training before this epoch.
  std::optional<std::size_t> max_epochs = std::nullopt;  ///< Default: no limit.
  /// Number of consecutive checks without improvement after which the training ends; none: never.
  std::optional<std::size_t> early_stopping_patience = 5;
  /// Steps between checks; 0: once per epoch or, if an epoch has more than 250 steps, up to four
  /// times, at least 250 steps apart.
  std::size_t validation_steps = 0;
  double token_dropout = 0;  ///< Fraction of the tokens left out of each step; in [0, 1).
  std::uint64_t seed = 42;   ///< Seed of the random numbers.
  unsigned threads = 0;      ///< 0: one per hardware thread. Does not affect the result.

  // Validation: on examples held out from the training examples, unless others are given.

  double validation_fraction = 0.1;  ///< Fraction held out, in (0, 1); at most 10,000 examples.
  std::size_t validation_count = 0;  ///< Number of examples; overrides the fraction unless 0.
  Texts validation_texts = {};       ///< Validation texts; empty: examples are held out.
};

/// Options of training a classifier.
struct ClassifierOptions : FitOptions {
  bool balanced = false;                  ///< Weights classes inversely to their frequency.
  std::vector<float> class_weights = {};  ///< One per class, in order; excludes `balanced`.
  double focal_gamma = 0;  ///< Above 0: focal loss (Lin et al., 2017), which stresses hard texts.
  /// Scales the outputs of the head so that the probabilities are calibrated on the validation
  /// texts (see TemperatureScaling). Does not change predictions.
  bool calibrate = false;
  Labels validation_labels = {};  ///< One entry per validation text.
};

/// Options of training on vectors.
struct VectorOptions : FitOptions {
  MatrixView validation_vectors = {};  ///< One row per validation text.
};

/// Options of training on pairs of texts.
struct PairOptions : FitOptions {
  std::size_t outputs = 0;         ///< Values per vector of the result; 0: as many as the model's.
  double temperature = 0.05;       ///< Temperature of the InfoNCE loss; above 0.
  Texts validation_partners = {};  ///< One per validation text.
};

/// The metrics of one check during training.
struct FitCheck {
  std::size_t epoch = 0, step = 0;            ///< Number of completed epochs and steps.
  double train_loss = 0, train_accuracy = 0;  ///< Means over the steps since the last check.
  /// On the validation examples. Accuracy is for classifiers only; for multilabel ones it is the
  /// mean Jaccard index.
  double loss = 0, accuracy = 0;
  double learning_rate = 0;
  double seconds = 0;  ///< Time since the training began.
  bool best = false;   ///< Whether this is the best check so far. The best state is returned.
};

/// The result of temperature scaling (Guo et al., 2017): the weights and biases of the last layer
/// were divided by `temperature`, which maximizes the likelihood of the validation labels. Neither
/// the most likely class changes, nor on which side of 0.5 a probability lies. If every validation
/// label is predicted correctly, the likelihood has no maximum; the temperature is then the one at
/// which the mean confidence of n predictions is (n + 1) / (n + 2).
struct TemperatureScaling {
  double temperature = 1;                    ///< Above 1: the outputs were overconfident.
  double loss_before = 0, loss_after = 0;    ///< Mean negative log-likelihood per prediction.
  double error_before = 0, error_after = 0;  ///< Expected calibration error with ten bins.
};

/// A report on a training run. It is updated during the run, so the event callback may read it.
struct FitReport {
  std::vector<FitCheck> checks;  ///< All checks so far, in order.
  std::size_t train_texts = 0, validation_texts = 0, batch_size = 0;
  std::size_t steps = 0;  ///< Total number of steps.
  double seconds = 0;     ///< Total time.
  /// Whether `on_event` ended the run early; the result is then the best state until that moment.
  bool cancelled = false;
  std::optional<TemperatureScaling> calibration = {};  ///< With ClassifierOptions::calibrate.
  std::vector<DataProblem> data_problems = {};  ///< Problems of a classifier's training texts.
};

/// Trains a classifier: single-label or multilabel, depending on the labels. Likely mistakes in the
/// data (see m2v/data_problems.h) are reported as warnings before the training begins. If
/// `on_event` returns false, the training ends early with the best state so far, or throws
/// Cancelled if there was no check yet. The same input gives the same bytes on any number of
/// threads.
///
/// `report`, if not null, receives a report. Throws std::invalid_argument, with advice, if the
/// numbers of texts and labels differ, there are too few classes, a validation label is not
/// one of the classes, there are too few texts, the model has no token for any text, or an option
/// is out of range.
[[nodiscard]] M2V_API ModelWithHead fit(const StaticModel& model, Texts texts, const Labels& labels,
                                        const ClassifierOptions& options = {},
                                        const OnEvent& on_event = {}, FitReport* report = nullptr);

/// Continues the training of a classifier, its head and its table, on more texts with the same
/// classes. The shape of the head and `normalize` are those of the model.
[[nodiscard]] M2V_API ModelWithHead fit(const ModelWithHead& trained, Texts texts,
                                        const Labels& labels, const ClassifierOptions& options = {},
                                        const OnEvent& on_event = {}, FitReport* report = nullptr);

/// The loss of training on vectors.
enum class VectorLoss {
  kCosine,           ///< 1 - cosine: outputs point in the direction of the given vectors.
  kMeanSquaredError  ///< Mean squared error: regression.
};

/// Trains a model whose outputs approximate the given vectors, [texts, any number of columns].
/// Throws as fit() does, also if a value is not finite.
[[nodiscard]] M2V_API ModelWithHead fit_vectors(const StaticModel& model, Texts texts,
                                                MatrixView vectors, VectorLoss loss,
                                                const VectorOptions& options = {},
                                                const OnEvent& on_event = {},
                                                FitReport* report = nullptr);

/// Trains a model so that each text is nearest to its partner: InfoNCE, with the partners of the
/// other texts of a batch as negatives. Throws as fit() does.
[[nodiscard]] M2V_API ModelWithHead fit_pairs(const StaticModel& model, Texts texts, Texts partners,
                                              const PairOptions& options = {},
                                              const OnEvent& on_event = {},
                                              FitReport* report = nullptr);

/// Trains only a head, on vectors that are already computed: [labels.size(), any number of
/// columns]. Validation examples are always taken from these. Throws as fit() does, also if a value
/// is not finite.
[[nodiscard]] M2V_API Head fit_head(MatrixView vectors, const Labels& labels,
                                    const ClassifierOptions& options = {},
                                    const OnEvent& on_event = {}, FitReport* report = nullptr);

}  // namespace m2v
