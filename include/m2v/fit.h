#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "m2v/data_problems.h"
#include "m2v/event.h"
#include "m2v/export.h"
#include "m2v/labels.h"
#include "m2v/pipeline.h"
#include "m2v/static_model.h"
#include "m2v/types.h"

namespace m2v {

/// How a static model is fine-tuned. The defaults are those of model2vec 0.10.0's classifier.
struct FitOptions {
  // The head and what of the model is trained.
  std::size_t hidden_layers = 1;  ///< 0: one linear layer, or for vectors of equal width none.
  std::size_t hidden_dim = 512;
  bool freeze = false;  ///< The table stays as it is.
  /// The tokens' weights stay as they are. Default: those that the model has are trained. False: a
  /// model without weights learns some.
  std::optional<bool> freeze_weights = std::nullopt;
  bool normalize = true;                                 ///< Vectors of length 1 for the head.
  std::optional<std::size_t> max_length = std::nullopt;  ///< In tokens; default: the model's own.

  // Steps.
  double learning_rate = 1e-3;
  std::size_t batch_size = 0;  ///< 0: by the number of texts, 32 to 512.
  std::size_t min_epochs = 0;
  std::optional<std::size_t> max_epochs =
      std::nullopt;  ///< Default: until it stops getting better.
  /// Checks without getting better before it ends; no value: never for that.
  std::optional<std::size_t> early_stopping_patience = 5;
  std::size_t validation_steps =
      0;                     ///< Steps between checks; 0: an epoch, or a part of a long one.
  double token_dropout = 0;  ///< The share of the tokens left out of each step, below 1.
  std::uint64_t seed = 42;
  unsigned threads = 0;  ///< 0: as many as the machine has. The result does not depend on it.

  // Classes.
  bool balanced = false;                  ///< Rare classes weigh more.
  std::vector<float> class_weights = {};  ///< By class, in order; instead of `balanced`.
  double focal_gamma = 0;                 ///< Above 0: hard texts weigh more (focal loss).
  /// Scales the head's outputs on the validation texts so that probabilities mean what they say
  /// (see TemperatureScaling). Predictions stay the same.
  bool calibrate = false;
  // Pairs.
  double temperature = 0.05;

  // What checks are made on: a part of the texts, or texts of one's own.
  double validation_share = 0.1;     ///< Of the texts, at most 10,000.
  std::size_t validation_count = 0;  ///< That many texts instead, if not 0.
  Texts validation_texts = {};
  Labels validation_labels = {};
  MatrixView validation_vectors = {};
  Texts validation_partners = {};  ///< Of pairs.
};

/// One check during training.
struct FitCheck {
  std::size_t epoch = 0, step = 0;            ///< So many were done.
  double train_loss = 0, train_accuracy = 0;  ///< Means over the steps since the last check.
  double loss = 0, accuracy = 0;  ///< On the validation texts; accuracy of classes only.
  double learning_rate = 0;
  double seconds = 0;  ///< Since the beginning.
  bool best = false;   ///< Better than all before: what is returned if nothing better comes.
};

/// Temperature scaling (Guo et al., 2017): the last layer's weights and biases were divided by
/// `temperature`, which makes the likelihood of the validation labels greatest. Which class is the
/// likeliest does not change, nor on which side of 0.5 a probability of several labels is. Where
/// every validation label is predicted right, the likelihood has no maximum; then the mean
/// confidence of n predictions is (n + 1) / (n + 2).
struct TemperatureScaling {
  double temperature = 1;                    ///< Above 1: the outputs were too sure.
  double loss_before = 0, loss_after = 0;    ///< Mean negative log-likelihood of a prediction.
  double error_before = 0, error_after = 0;  ///< Expected calibration error, ten bins.
};

/// How it went. It grows while the fit goes on, so that `on_event` may look at it.
struct FitReport {
  std::vector<FitCheck> checks;
  std::size_t train_texts = 0, validation_texts = 0, batch_size = 0;
  std::size_t steps = 0;
  double seconds = 0;
  bool cancelled = false;  ///< `on_event` said so; the result is the best until then.
  std::optional<TemperatureScaling> calibration = {};  ///< With FitOptions::calibrate.
  std::vector<DataProblem> data_problems = {};         ///< Of the training texts of a classifier.
};

/// Fine-tunes a classifier: of one class a text, or of any number, as the labels are. `on_event`
/// returning false ends it early with the best that there was; m2v::Cancelled is thrown if there
/// was no check yet. What looks like a mistake in the data (m2v/data_problems.h) is a warning
/// before the training begins. Throws std::invalid_argument that says what to change: texts and
/// labels of different numbers, fewer than two classes, validation labels that are no classes, too
/// few texts. The same input gives the same bytes on any number of threads.
M2V_API Pipeline fit(const StaticModel& model, Texts texts, const Labels& labels,
                     const FitOptions& options = {}, const OnEvent& on_event = {},
                     FitReport* report = nullptr);

/// Goes on with a pipeline, its head and its table, on more texts of its classes.
M2V_API Pipeline fit(const Pipeline& pipeline, Texts texts, const Labels& labels,
                     const FitOptions& options = {}, const OnEvent& on_event = {},
                     FitReport* report = nullptr);

/// What the head's outputs shall be like.
enum class VectorLoss {
  kCosine,      ///< In the direction of the given vectors.
  kMeanSquares  ///< Equal to them: regression.
};

/// Fine-tunes a model whose outputs are vectors: [texts, any width].
M2V_API Pipeline fit_vectors(const StaticModel& model, Texts texts, MatrixView vectors,
                             VectorLoss loss, const FitOptions& options = {},
                             const OnEvent& on_event = {}, FitReport* report = nullptr);

/// Fine-tunes a model so that each text is nearest to its partner (InfoNCE with the partners of
/// the other texts of a batch as negatives). `outputs`: the width of its vectors; 0: the model's.
M2V_API Pipeline fit_pairs(const StaticModel& model, Texts texts, Texts partners,
                           std::size_t outputs = 0, const FitOptions& options = {},
                           const OnEvent& on_event = {}, FitReport* report = nullptr);

/// Trains a head alone, on vectors that are there already: [labels.size(), any width].
M2V_API Head fit_head(MatrixView vectors, const Labels& labels, const FitOptions& options = {},
                      const OnEvent& on_event = {}, FitReport* report = nullptr);

}  // namespace m2v
