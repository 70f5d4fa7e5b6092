#pragma once

#include <cstddef>
#include <cstdint>
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

/// How many sequences of this length make a good batch: enough rows for packed weights to be worth
/// reading, few enough for activations that stay in the cache.
std::size_t batch_size(std::size_t length) noexcept;

/// Batches by rising length, in the order of the input within a length. The plan depends on the
/// sequences alone, so that results do not depend on the number of threads. No sequence is empty.
std::vector<Batch> plan_batches(std::span<const Sequence> sequences);

}  // namespace m2v::encoder
