#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/events.h"
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

/// What is trained on.
struct TrainingData {
  TokenLists tokens;                         ///< Numbered as the table's tokens.
  std::optional<std::size_t> partners = {};  ///< Pairs: the number of the first partner's text.
  MatrixView vectors = {};                   ///< Instead of tokens: one an example.
  Targets targets;
  Split split;
};

/// What is trained.
struct Trainable {
  std::optional<EmbeddingTable> table;  ///< None: examples have vectors.
  TokenWeights weights;
  std::vector<std::uint32_t> row_of;  ///< The table's row of each token; empty: the token itself.
  TrainableHead head;
  std::size_t outputs = 0;  ///< The head's, without the filling.
};

/// Runs the loop: batches, steps, checks, until it stops getting better. The best state is in
/// `model` at the end.
class Trainer {
 public:
  Trainer(const TrainingData& data, Trainable& model, const FitOptions& options, Random& random);

  void run(const core::Events& events, FitReport& report);

  /// What the result makes of the validation examples, [examples, outputs], before any activation.
  /// After run(), with FitOptions::calibrate.
  MatrixView validation_outputs() const;

 private:
  void run_epoch(const core::Events& events, FitReport& report);
  Loss step(std::span<const std::size_t> examples);
  void forward(std::span<const std::size_t> examples, float dropout);
  void read_inputs(std::size_t first, std::size_t rows);
  void backward();
  void move();
  void check(FitReport& report);
  Loss validate();
  void keep();
  void restore(const FitReport& report);

  Outputs outputs(std::span<const std::size_t> examples) const;
  bool trains_inputs() const;
  bool judged_by_accuracy() const;
  bool may_stop() const;
  std::string figures() const;

  const TrainingData& data_;
  Trainable& model_;
  const FitOptions& options_;
  Random& random_;
  std::size_t batch_size_, steps_between_checks_;  ///< The latter 0: once an epoch.

  AdamClock clock_;
  LearningRate learning_rate_;
  EarlyStopping stopping_;
  BatchTokens batch_;
  std::vector<std::size_t> texts_;  ///< Of the batch.
  std::vector<float> norms_;
  std::size_t epoch_ = 0;
  std::optional<double> last_loss_;
  std::vector<float> checked_outputs_, kept_outputs_;  ///< Of the last check, and of the best.
  Loss running_;                                       ///< Sums since the last check.
  std::size_t running_steps_ = 0;
  double began_;
};

}  // namespace m2v::train
