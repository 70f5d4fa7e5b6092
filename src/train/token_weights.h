#pragma once

#include <cstddef>
#include <vector>

#include "simd/adam.h"
#include "train/batch_tokens.h"
#include "train/embedding_table.h"

namespace m2v::train {

/// A factor of each token, trained or not. There are few enough to step all of them each time.
class TokenWeights {
 public:
  TokenWeights() = default;  ///< None: every factor is 1.
  TokenWeights(std::vector<float> values, bool frozen)
      : values_(std::move(values)), frozen_(frozen) {
    if (frozen_) return;
    for (auto* zeros : {&first_, &second_, &gradients_}) zeros->resize(values_.size());
  }

  const float* data() const { return values_.empty() ? nullptr : values_.data(); }
  const std::vector<float>& values() const { return values_; }
  bool trained() const { return !values_.empty() && !frozen_; }

  /// Adds up the gradients of the tokens whose rows are `first` to `last` in the batch. No two rows
  /// share a token, so that different rows may be added on different threads. The table has not
  /// been stepped yet.
  void add_gradients(const EmbeddingTable& table, const BatchTokens& batch, const float* gradients,
                     std::size_t first, std::size_t last) {
    const std::size_t stride = table.stride();
    for (std::size_t r = first; r < last; ++r) {
      const float* row = table.row(batch.rows()[r]);
      for (std::size_t i = batch.row_offsets()[r]; i < batch.row_offsets()[r + 1]; ++i) {
        gradients_[batch.tokens()[i]] +=
            batch.shares()[i] * simd::dot_row(row, gradients + batch.sources()[i] * stride, stride);
      }
    }
  }

  void step(const simd::AdamStep& step) {
    simd::adam(step, gradients_.data(), values_.size(),
               {values_.data(), first_.data(), second_.data()});
    gradients_.assign(values_.size(), 0.0f);
  }

  void keep() { kept_ = values_; }
  void restore() { values_ = kept_; }

 private:
  std::vector<float> values_, first_, second_, gradients_, kept_;
  bool frozen_ = true;
};

}  // namespace m2v::train
