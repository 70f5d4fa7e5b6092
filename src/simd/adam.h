#pragma once

#include <cstddef>
#include <cstdint>

// Kernels for training a table of vectors with Adam (Kingma and Ba, 2015, as implemented by
// torch.optim.Adam). All arrays hold float32.
namespace m2v::simd {

/// The decay rates of the moments (beta_1, beta_2) and epsilon.
inline constexpr float kAdamFirstDecay = 0.9f;
inline constexpr float kAdamSecondDecay = 0.999f;
inline constexpr float kAdamEpsilon = 1e-8f;

/// The distance between the rows of a table is a multiple of this many values. The padding of each
/// row is zero.
inline constexpr std::size_t kStrideMultiple = 16;
/// Rounds a row's number of values up to a multiple of kStrideMultiple.
constexpr std::size_t padded_stride(std::size_t values) noexcept {
  return (values + kStrideMultiple - 1) / kStrideMultiple * kStrideMultiple;
}

/// The state of Adam: three arrays of the same length, owned by the caller.
struct AdamState {
  float* values;  ///< The parameters.
  float* first;   ///< The first moments of their gradients.
  float* second;  ///< The second moments of their gradients.
};

/// The bias-corrected factors of step t, counted from 1.
struct AdamStep {
  float rate = 0;   ///< The learning rate divided by 1 - 0.9^t.
  float scale = 1;  ///< 1 / sqrt(1 - 0.999^t).
};

/// Many consecutive steps with a zero gradient, applied at once:
///
///   value  -= first * sum over i of weight[i] / (sqrt(second) + epsilon[i])
///   first  *= first_decay
///   second *= second_decay
struct AdamCoast {
  float weight[2] = {0, 0};
  float epsilon[2] = {1, 1};
  float first_decay = 1;
  float second_decay = 1;
};

/// Applies one step of Adam to `count` values. `gradient` has `count` values; any alignment.
void adam(const AdamStep& step, const float* gradient, std::size_t count,
          const AdamState& state) noexcept;

/// The rows of a table that a batch has read, and their gradients. The gradient of rows[r] is the
/// sum of scales[i] * gradients[sources[i]] for i from offsets[r] to offsets[r + 1] - 1: one term
/// for each time that the row was read.
struct AdamRows {
  AdamState state;                         ///< The whole table; rows are `stride` values apart.
  std::size_t stride = 0;                  ///< A multiple of kStrideMultiple.
  const std::uint32_t* rows = nullptr;     ///< [count]: the row numbers, each only once.
  std::size_t count = 0;                   ///< The number of rows to update.
  const std::uint32_t* offsets = nullptr;  ///< [count + 1]: ranges of `sources` and `scales`.
  const std::uint32_t* sources = nullptr;  ///< Row numbers in `gradients`.
  const float* scales = nullptr;           ///< The factors of those rows.
  const float* gradients = nullptr;        ///< Rows `stride` values apart.
};

/// Applies one step of Adam to each of the rows.
void adam_rows(const AdamStep& step, const AdamRows& work) noexcept;

/// Applies coasts[r] to row rows[r] of a table, for r < count. Rows are `stride` values apart, a
/// multiple of kStrideMultiple.
void coast_rows(const AdamState& state, std::size_t stride, const std::uint32_t* rows,
                std::size_t count, const AdamCoast* coasts) noexcept;

/// Texts as weighted sums of a table's rows: text t is the sum of scales[i] * table[rows[i]] for i
/// from offsets[t] to offsets[t + 1] - 1.
struct WeightedSums {
  const float* table = nullptr;            ///< Rows `stride` values apart.
  std::size_t stride = 0;                  ///< A multiple of kStrideMultiple.
  const std::uint32_t* rows = nullptr;     ///< The row numbers of all texts, text after text.
  const float* scales = nullptr;           ///< One factor per entry of `rows`.
  const std::uint32_t* offsets = nullptr;  ///< [count + 1]: ranges of `rows` and `scales`.
  std::size_t count = 0;                   ///< The number of texts.
};

/// Writes the sums to out [count, stride].
void weighted_sums(const WeightedSums& work, float* out) noexcept;

/// Divides each row of rows [count, stride] by its L2 norm, in place, and stores the norms in
/// norms [count]. Norms below 1e-12 count as 1e-12. `stride` is a multiple of kStrideMultiple.
void normalize_rows(float* rows, std::size_t count, std::size_t stride, float* norms) noexcept;

/// The backward pass of normalize_rows(): replaces gradients [count, stride] with respect to its
/// output by those with respect to its input. `rows` and `norms` are what normalize_rows() wrote.
void normalize_rows_backward(const float* rows, const float* norms, std::size_t count,
                             std::size_t stride, float* gradients) noexcept;

/// Returns the dot product of two rows of `stride` values, a multiple of kStrideMultiple.
float dot_row(const float* a, const float* b, std::size_t stride) noexcept;

}  // namespace m2v::simd
