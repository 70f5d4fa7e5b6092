#include "train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "base/thread_pool.h"
#include "m2v/error.h"
#include "simd/product.h"

namespace m2v::train {
namespace {

/// Rows of a batch per task of a parallel loop, few enough to occupy all threads.
constexpr std::size_t kChunk = 2 * simd::kRowGroup;
/// Rows of the table per task of a parallel loop.
constexpr std::size_t kTableBlock = 64;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Returns a batch size between 32 and 512 texts, a multiple of 32 that gives at least 30 steps per
/// epoch where possible.
std::size_t batch_size_for(std::size_t texts) {
  return 32 * std::min<std::size_t>(std::max<std::size_t>(1, texts / 30 / 32), 16);
}

/// Returns 0, for one check per epoch, or for long epochs a quarter of the steps, but at least 250.
std::size_t steps_between_checks(std::size_t texts, std::size_t batch_size) {
  constexpr std::size_t kMinSteps = 250, kChecks = 4;
  const std::size_t steps = texts / batch_size;
  return steps > kMinSteps ? std::max(kMinSteps, steps / kChecks) : 0;
}

}  // namespace

Trainer::Trainer(const TrainingData& data, Trainable& model, const FitOptions& options,
                 bool calibrate, Random& random)
    : data_(data),
      model_(model),
      options_(options),
      calibrate_(calibrate),
      random_(random),
      batch_size_(options.batch_size != 0 ? options.batch_size
                                          : batch_size_for(data.split.train.size())),
      steps_between_checks_(options.validation_steps != 0
                                ? options.validation_steps
                                : steps_between_checks(data.split.train.size(), batch_size_)),
      learning_rate_(options.learning_rate),
      stopping_(options.early_stopping_patience),
      batch_(model.row_of, model.table ? model.table->rows() : 0),
      started_(now()) {}

bool Trainer::trains_inputs() const {
  return model_.table && (!model_.table->frozen() || model_.weights.trained());
}

bool Trainer::uses_accuracy() const {
  return std::holds_alternative<ClassTargets>(data_.targets) ||
         std::holds_alternative<LabelTargets>(data_.targets);
}

bool Trainer::may_stop() const { return stopping_.enough() && epoch_ >= options_.min_epochs; }

void Trainer::run(const base::Events& events, FitReport& report) {
  report.train_texts = data_.split.train.size();
  report.validation_texts = data_.split.validation.size();
  report.batch_size = batch_size_;
  if (calibrate_) validate();
  snapshot();  // the state to restore if training diverges before its first good check
  try {
    do {
      run_epoch(events, report);
      if (last_loss_) learning_rate_.epoch_ended(*last_loss_);
    } while (!may_stop() && !(options_.max_epochs && epoch_ >= *options_.max_epochs));
  } catch (const Cancelled&) {
    if (report.checks.empty()) throw;
    report.cancelled = true;
  }
  restore(report);
  report.steps = clock_.now();
  report.seconds = now() - started_;
}

void Trainer::run_epoch(const base::Events& events, FitReport& report) {
  std::vector<std::size_t> order = data_.split.train;
  random_.shuffle(std::span(order));
  // A batch of one pair has no negatives.
  if (data_.partners && order.size() > 1 && order.size() % batch_size_ == 1) order.pop_back();
  const std::size_t steps = base::blocks_of(order.size(), batch_size_);
  const std::string stage = "epoch " + std::to_string(epoch_ + 1);
  for (std::size_t i = 0; i < steps; ++i) {
    events.progress(stage, i, steps, metrics());
    const std::size_t begin = i * batch_size_;
    const auto examples =
        std::span(order).subspan(begin, std::min(batch_size_, order.size() - begin));
    const Loss loss = step(examples);
    running_.loss += loss.loss;
    running_.accuracy += loss.accuracy / static_cast<double>(examples.size());
    ++running_steps_;
    if (steps_between_checks_ != 0 && clock_.now() % steps_between_checks_ == 0) {
      check(report);
      if (may_stop()) return;
    }
  }
  ++epoch_;
  if (steps_between_checks_ == 0) check(report);
  events.progress(stage, steps, steps);
}

/// Returns the mean loss and accuracy since the last check, for display.
std::string Trainer::metrics() const {
  if (running_steps_ == 0) return {};
  const auto steps = static_cast<double>(running_steps_);
  const double loss = running_.loss / steps, accuracy = running_.accuracy / steps;
  char text[64];  // truncated if the loss is very large
  if (uses_accuracy()) {
    std::snprintf(text, sizeof text, "loss %.3f, accuracy %.3f", loss, accuracy);
  } else {
    std::snprintf(text, sizeof text, "loss %.3f", loss);
  }
  return text;
}

Outputs Trainer::outputs(std::span<const std::size_t> examples) const {
  return {.examples = examples,
          .values = model_.head.outputs(),
          .width = model_.head.width(),
          .columns = model_.outputs,
          .threads = options_.threads};
}

Loss Trainer::step(std::span<const std::size_t> examples) {
  forward(examples, static_cast<float>(options_.token_dropout));
  const Loss loss = batch_loss(data_.targets, outputs(examples), model_.head.output_gradients());
  backward();
  step();
  return loss;
}

void Trainer::forward(std::span<const std::size_t> examples, float dropout) {
  texts_.assign(examples.begin(), examples.end());
  if (data_.partners) {
    for (const std::size_t e : examples) texts_.push_back(*data_.partners + e);
  }
  model_.head.begin(texts_.size());
  norms_.resize(model_.head.padded_rows());
  if (model_.table) {
    batch_.read(data_.tokens, texts_, model_.weights.data(), dropout, random_);
    model_.table->catch_up(batch_.rows(), clock_, options_.threads);
  }
  const std::size_t padded = model_.head.padded_rows();
  base::parallel_for(base::blocks_of(padded, kChunk), options_.threads,
                     [&](std::size_t chunk, unsigned) {
                       const std::size_t first = chunk * kChunk;
                       const std::size_t rows = std::min(kChunk, padded - first);
                       if (first < texts_.size()) {
                         read_inputs(first, std::min(rows, texts_.size() - first));
                       }
                       model_.head.forward(first, rows);
                     });
}

void Trainer::read_inputs(std::size_t first, std::size_t rows) {
  if (model_.table) {
    const std::size_t stride = model_.table->stride();
    float* inputs = model_.head.inputs() + first * stride;
    simd::weighted_sums({.table = model_.table->data(),
                         .stride = stride,
                         .rows = batch_.occurrence_rows(),
                         .scales = batch_.occurrence_scales(),
                         .offsets = batch_.text_offsets() + first,
                         .count = rows},
                        inputs);
    if (options_.normalize) simd::normalize_rows(inputs, rows, stride, norms_.data() + first);
  } else {
    const std::size_t stride = model_.head.input_width();
    for (std::size_t r = first; r < first + rows; ++r) {
      std::ranges::copy(data_.vectors.row(texts_[r]), model_.head.inputs() + r * stride);
    }
  }
}

void Trainer::backward() {
  const std::size_t padded = model_.head.padded_rows();
  base::parallel_for(
      base::blocks_of(padded, kChunk), options_.threads, [&](std::size_t chunk, unsigned) {
        const std::size_t first = chunk * kChunk;
        model_.head.backward(first, std::min(kChunk, padded - first), trains_inputs());
        if (!trains_inputs() || !options_.normalize || first >= texts_.size()) return;
        const std::size_t stride = model_.table->stride();
        simd::normalize_rows_backward(model_.head.inputs() + first * stride, norms_.data() + first,
                                      std::min(kChunk, texts_.size() - first), stride,
                                      model_.head.input_gradients() + first * stride);
      });
}

/// Updates all trained parameters. Groups of the head's units and blocks of the table's rows are
/// tasks of one parallel loop.
void Trainer::step() {
  const simd::AdamStep step = clock_.tick(learning_rate_.rate());
  const std::size_t groups = model_.head.groups();
  const std::size_t blocks =
      trains_inputs() ? base::blocks_of(batch_.rows().size(), kTableBlock) : 0;
  base::parallel_for(groups + blocks, options_.threads, [&](std::size_t task, unsigned) {
    if (task < groups) return model_.head.step(step, task);
    const std::size_t first = (task - groups) * kTableBlock;
    const std::size_t last = std::min(first + kTableBlock, batch_.rows().size());
    const float* gradients = model_.head.input_gradients();
    if (model_.weights.trained()) {
      model_.weights.add_gradients(*model_.table, batch_, gradients, first, last);
    }
    if (!model_.table->frozen()) {
      model_.table->step(step, clock_, batch_, gradients, first, last);
    }
  });
  if (model_.weights.trained()) model_.weights.step(step);
}

void Trainer::check(FitReport& report) {
  const Loss loss = validate();
  last_loss_ = loss.loss;
  const bool best = stopping_.check(uses_accuracy() ? loss.accuracy : -loss.loss, loss.loss);
  if (best) snapshot();
  const auto steps = static_cast<double>(running_steps_);
  report.checks.push_back({.epoch = epoch_,
                           .step = clock_.now(),
                           .train_loss = running_.loss / steps,
                           .train_accuracy = running_.accuracy / steps,
                           .loss = loss.loss,
                           .accuracy = loss.accuracy,
                           .learning_rate = learning_rate_.rate(),
                           .seconds = now() - started_,
                           .best = best});
  running_ = {};
  running_steps_ = 0;
}

/// Computes the validation loss in batches of the training size, since losses are means over
/// batches.
Loss Trainer::validate() {
  if (model_.table) model_.table->catch_up_all(clock_, options_.threads);
  const std::span<const std::size_t> examples(data_.split.validation);
  Loss sum;
  checked_outputs_.clear();
  for (std::size_t begin = 0; begin < examples.size(); begin += batch_size_) {
    const auto batch = examples.subspan(begin, std::min(batch_size_, examples.size() - begin));
    if (data_.partners && batch.size() == 1 && examples.size() > 1) break;
    forward(batch, 0);
    const Loss loss = batch_loss(data_.targets, outputs(batch), nullptr);
    const double fraction =
        static_cast<double>(batch.size()) / static_cast<double>(examples.size());
    sum.loss += loss.loss * fraction;
    sum.accuracy += loss.accuracy;
    for (std::size_t row = 0; calibrate_ && row < batch.size(); ++row) {
      const float* values = model_.head.outputs() + row * model_.head.width();
      checked_outputs_.insert(checked_outputs_.end(), values, values + model_.outputs);
    }
  }
  sum.accuracy /=
      // Divided at the end, so that equal counts give equal accuracies.
      static_cast<double>(examples.size());
  return sum;
}

void Trainer::snapshot() {
  if (model_.table) model_.table->snapshot();
  model_.weights.snapshot();
  model_.head.snapshot();
  snapshot_outputs_ = checked_outputs_;
}

/// Restores the best state. If there was no check, the last state is kept; if no check was good,
/// the initial state is restored.
void Trainer::restore(const FitReport& report) {
  if (report.checks.empty()) {
    if (model_.table) model_.table->catch_up_all(clock_, options_.threads);
    if (calibrate_) validate();
    snapshot_outputs_ = std::move(checked_outputs_);
    return;
  }
  if (model_.table) model_.table->restore();
  model_.weights.restore();
  model_.head.restore();
}

MatrixView Trainer::validation_outputs() const {
  return {snapshot_outputs_.data(), snapshot_outputs_.size() / model_.outputs, model_.outputs};
}

}  // namespace m2v::train
