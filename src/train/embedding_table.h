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

/// The table rows that the training texts use, as float32, with Adam's moments of each. A step
/// changes only the rows of its batch; the others catch up when they are needed again, with the
/// same result as if every step had changed all of them (see AdamClock).
class EmbeddingTable {
 public:
  /// Copies `values` [rows, dim] into rows that are stride() apart and padded with zeros. A frozen
  /// table is never changed.
  EmbeddingTable(MatrixView values, bool frozen);

  std::size_t rows() const { return last_.size(); }
  std::size_t dim() const { return dim_; }
  /// The distance between rows, in values.
  std::size_t stride() const { return stride_; }
  bool frozen() const { return frozen_; }
  const float* data() const { return values_.data(); }
  /// The values of a row; those from dim() to stride() are zero.
  const float* row(std::size_t row) const { return data() + row * stride_; }

  /// Brings rows up to date with the clock.
  void catch_up(std::span<const std::uint32_t> rows, AdamClock& clock, unsigned threads);
  void catch_up_all(AdamClock& clock, unsigned threads);

  /// Steps the rows `first` to `last` - 1 of the batch. `gradients` [texts, stride()] are those of
  /// the batch's texts. Call it after AdamClock::tick(). Different rows may be stepped on different
  /// threads.
  void step(const simd::AdamStep& step, const AdamClock& clock, const BatchTokens& batch,
            const float* gradients, std::size_t first, std::size_t last);

  /// Takes a snapshot of the values, which must be caught up.
  void snapshot();
  /// Restores the snapshot. It ends the training, because the moments are released.
  void restore();

 private:
  simd::AdamState state() const { return {values_.data(), first_.data(), second_.data()}; }

  std::size_t dim_, stride_;
  bool frozen_;
  Floats values_, first_, second_, snapshot_;
  /// By row: the step up to which it is updated; 0: it had no gradient yet.
  std::vector<std::uint32_t> last_;
  std::vector<simd::AdamCoast> coasts_;
};

}  // namespace m2v::train
