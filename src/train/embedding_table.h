#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "m2v/types.h"
#include "train/adam_clock.h"
#include "train/batch_tokens.h"
#include "train/floats.h"

namespace m2v::train {

/// The rows that the training texts use, as float32, with what Adam knows of each. A step touches
/// the rows of its batch alone; the others catch up when they are needed again, so that the result
/// is that of touching all of them (see AdamClock).
class EmbeddingTable {
 public:
  /// `values` [rows, dim], copied; rows here are `stride()` apart, filled up with zeros.
  EmbeddingTable(MatrixView values, bool frozen);

  std::size_t rows() const { return last_.size(); }
  std::size_t dim() const { return dim_; }
  std::size_t stride() const { return stride_; }
  bool frozen() const { return frozen_; }
  const float* data() const { return values_.data(); }
  const float* row(std::size_t row) const { return data() + row * stride_; }

  /// Brings rows to the clock's time.
  void catch_up(std::span<const std::uint32_t> rows, AdamClock& clock, unsigned threads);
  void catch_up_all(AdamClock& clock, unsigned threads);

  /// A step of the rows at `first` to `last` in the batch, whose texts' gradients are
  /// [texts, stride()]. The clock has ticked. Different rows may be stepped on different threads.
  void step(const simd::AdamStep& step, const AdamClock& clock, const BatchTokens& batch,
            const float* gradients, std::size_t first, std::size_t last);

  void keep();     ///< Remembers the values, which are caught up.
  void restore();  ///< Makes them what they were then. Ends the training: the moments are let go.

 private:
  simd::AdamState state() const { return {values_.data(), first_.data(), second_.data()}; }

  std::size_t dim_, stride_;
  bool frozen_;
  Floats values_, first_, second_, kept_;
  std::vector<std::uint32_t>
      last_;  ///< By row: the step up to which it has come; 0: no gradient yet.
  std::vector<simd::AdamCoast> coasts_;
};

}  // namespace m2v::train
