#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/events.h"
#include "m2v/fit.h"
#include "train/adam_clock.h"
#include "train/batch_tokens.h"
#include "train/embedding_table.h"
#include "train/head.h"
#include "train/objective.h"
#include "train/schedule.h"
#include "train/split.h"
#include "train/token_lists.h"
#include "train/token_weights.h"

namespace m2v::train {

/// The data that is trained on.
struct TrainingData {
  TokenLists tokens;                         ///< In the numbering of the table's tokens.
  std::optional<std::size_t> partners = {};  ///< For pairs: the index of the first partner text.
  MatrixView vectors = {};                   ///< One vector per example, instead of tokens.
  Targets targets;
  Split split;
};

/// The parameters that are trained.
struct Trainable {
  std::optional<EmbeddingTable> table;  ///< No value: the examples are vectors.
  TokenWeights weights;
  /// The table row of each token; empty: tokens are rows.
  std::vector<std::uint32_t> row_of;
  TrainableHead head;
  std::size_t outputs = 0;  ///< Number of the head's outputs, without padding.
};

/// Runs the training loop of batches, steps and checks until the early stopping or the maximum
/// number of epochs ends it. The best state is in `model` at the end.
class Trainer {
 public:
  /// All arguments must outlive the trainer.
  Trainer(const TrainingData& data, Trainable& model, const FitOptions& options, bool calibrate,
          Random& random);

  /// Trains, and fills in the report as it goes on. If the events cancel it, the best state so far
  /// is restored; throws Cancelled if there was no check yet.
  void run(const base::Events& events, FitReport& report);

  /// Returns the logits of the validation examples in the final state, [examples, outputs]. Call it
  /// after run(), if `calibrate` is set.
  MatrixView validation_outputs() const;

 private:
  void run_epoch(const base::Events& events, FitReport& report);
  Loss step(std::span<const std::size_t> examples);
  void forward(std::span<const std::size_t> examples, float dropout);
  void read_inputs(std::size_t first, std::size_t rows);
  void backward();
  void step();
  void check(FitReport& report);
  Loss validate();
  void snapshot();
  void restore(const FitReport& report);

  Outputs outputs(std::span<const std::size_t> examples) const;
  bool trains_inputs() const;
  bool uses_accuracy() const;
  bool may_stop() const;
  std::string metrics() const;

  const TrainingData& data_;
  Trainable& model_;
  const FitOptions& options_;
  bool calibrate_;
  Random& random_;
  /// steps_between_checks_ is 0 if there is one check per epoch.
  std::size_t batch_size_, steps_between_checks_;

  AdamClock clock_;
  LearningRate learning_rate_;
  EarlyStopping stopping_;
  BatchTokens batch_;
  /// The texts of the batch; for pairs, the first texts and then their partners.
  std::vector<std::size_t> texts_;
  std::vector<float> norms_;
  std::size_t epoch_ = 0;
  std::optional<double> last_loss_;
  /// The validation outputs of the last check, and of the best.
  std::vector<float> checked_outputs_, snapshot_outputs_;
  Loss running_;  ///< Sums since the last check.
  std::size_t running_steps_ = 0;
  double started_;
};

}  // namespace m2v::train
