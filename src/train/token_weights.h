#pragma once

#include <cstddef>
#include <vector>

#include "simd/adam.h"
#include "train/batch_tokens.h"
#include "train/embedding_table.h"

namespace m2v::train {

/// A weight per token, trained or not. There are so few weights that each step updates all of them.
class TokenWeights {
 public:
  /// No weights: every factor is 1.
  TokenWeights() = default;
  /// Frozen weights are used but never changed.
  TokenWeights(std::vector<float> values, bool frozen)
      : values_(std::move(values)), frozen_(frozen) {
    if (frozen_) return;
    for (auto* zeros : {&first_, &second_, &gradients_}) zeros->resize(values_.size());
  }

  /// Returns the weights by token, or null if there are none.
  const float* data() const { return values_.empty() ? nullptr : values_.data(); }
  const std::vector<float>& values() const { return values_; }
  bool trained() const { return !values_.empty() && !frozen_; }

  /// Adds up the gradients of the tokens whose rows are `first` to `last` - 1 in the batch. No two
  /// rows share a token, so different rows may be added on different threads. Call it before the
  /// table is stepped.
  void add_gradients(const EmbeddingTable& table, const BatchTokens& batch, const float* gradients,
                     std::size_t first, std::size_t last) {
    const std::size_t stride = table.stride();
    for (std::size_t r = first; r < last; ++r) {
      const float* row = table.row(batch.rows()[r]);
      for (std::size_t i = batch.row_offsets()[r]; i < batch.row_offsets()[r + 1]; ++i) {
        gradients_[batch.tokens()[i]] +=
            batch.fractions()[i] *
            simd::dot_row(row, gradients + batch.sources()[i] * stride, stride);
      }
    }
  }

  /// Updates all weights and clears the gradients.
  void step(const simd::AdamStep& step) {
    simd::adam(step, gradients_.data(), values_.size(),
               {values_.data(), first_.data(), second_.data()});
    gradients_.assign(values_.size(), 0.0f);
  }

  /// Takes a snapshot of the weights.
  void snapshot() { snapshot_ = values_; }
  /// Restores the snapshot.
  void restore() { values_ = snapshot_; }

 private:
  std::vector<float> values_, first_, second_, gradients_, snapshot_;
  bool frozen_ = true;
};

}  // namespace m2v::train
