#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace m2v::encoder {

/// The token ids of a text.
using Sequence = std::vector<std::uint32_t>;

/// Sequences of the same length that go through the model together, without padding between them.
struct Batch {
  std::vector<const Sequence*> sequences;  ///< Not owned.
  std::vector<std::size_t> locations;      ///< The index of each sequence in the input.
  std::size_t length = 0;                  ///< Tokens per sequence.

  /// Returns the number of positions of all sequences.
  std::size_t rows() const noexcept { return sequences.size() * length; }
  /// Returns rows(), rounded up to a multiple of simd::kRowGroup.
  std::size_t padded_rows() const noexcept;
};

/// The distinct input rows of a batch. An input row is determined by its token and its row in the
/// position table, and most sequences of a batch share some, such as the first. Steps that process
/// each row independently of the others are thus done only once per distinct row.
struct DistinctRows {
  struct Row {
    std::uint32_t id;      ///< The token.
    std::size_t position;  ///< The row in the position table.
  };
  std::vector<Row> rows;               ///< In the order of their first occurrence in the batch.
  std::vector<std::size_t> locations;  ///< For each row of the batch, its index in `rows`.

  /// `positions` returns a row of the position table for each token of a sequence.
  DistinctRows(const Batch& batch,
               const std::function<std::vector<std::size_t>(const Sequence&)>& positions);
  /// Expands x, in place, from the distinct rows [rows.size(), width] to the batch's rows
  /// [locations.size(), width].
  void spread(float* x, std::size_t width) const;
};

/// Returns the number of sequences of this length, at least 1, that make a good batch: enough rows
/// to amortize reading the packed weights, few enough for the activations to stay in the cache.
std::size_t batch_size(std::size_t length) noexcept;

/// Groups sequences into batches by ascending length, and in input order within a length. The plan
/// depends on the sequences only, so that results do not depend on the number of threads. The
/// batches point into `sequences`. Precondition: no sequence is empty.
std::vector<Batch> plan_batches(std::span<const Sequence> sequences);

}  // namespace m2v::encoder
