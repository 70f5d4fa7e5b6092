#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace m2v::encoder {

using Sequence = std::vector<std::uint32_t>;

/// Sequences of one length that go through the model together: no padding between them.
struct Batch {
  std::vector<const Sequence*> sequences;
  std::vector<std::size_t> places;  ///< Where each stands in the input.
  std::size_t length = 0;

  std::size_t rows() const noexcept { return sequences.size() * length; }
  /// rows(), rounded up to a multiple of simd::kRowGroup.
  std::size_t padded_rows() const noexcept;
};

/// The different rows that enter the network: a token and its row in the table of positions make a
/// row, and most sequences of a batch share some, such as their first. What is done to each row
/// alone is done once.
struct DistinctRows {
  struct Row {
    std::uint32_t id;
    std::size_t position;
  };
  std::vector<Row> rows;            ///< In the order in which the batch first has them.
  std::vector<std::size_t> places;  ///< For each row of the batch, its index in `rows`.

  /// `positions` gives the rows in the table of positions for a sequence.
  DistinctRows(const Batch& batch,
               const std::function<std::vector<std::size_t>(const Sequence&)>& positions);
  /// From rows of `width` floats in their order, in place, the batch's rows.
  void spread(float* x, std::size_t width) const;
};

/// How many sequences of this length make a good batch: enough rows for packed weights to be worth
/// reading, few enough for activations that stay in the cache.
std::size_t batch_size(std::size_t length) noexcept;

/// Batches by rising length, in the order of the input within a length. The plan depends on the
/// sequences alone, so that results do not depend on the number of threads. No sequence is empty.
std::vector<Batch> plan_batches(std::span<const Sequence> sequences);

}  // namespace m2v::encoder
