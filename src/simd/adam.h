#pragma once

#include <cstddef>
#include <cstdint>

// Steps of Adam (Kingma and Ba, 2015, as torch.optim.Adam does them) over arrays of floats.
namespace m2v::simd {

inline constexpr float kAdamFirstDecay = 0.9f;
inline constexpr float kAdamSecondDecay = 0.999f;
inline constexpr float kAdamEpsilon = 1e-8f;

/// Rows of tables lie this many values apart, or a multiple of it; what fills them up is zero.
inline constexpr std::size_t kStrideStep = 16;
constexpr std::size_t padded_stride(std::size_t values) noexcept {
  return (values + kStrideStep - 1) / kStrideStep * kStrideStep;
}

/// What Adam keeps: the values and their gradients' first and second moments.
struct AdamState {
  float* values;
  float* first;
  float* second;
};

/// One step's sizes.
struct AdamStep {
  float rate = 0;   ///< The learning rate over 1 - 0.9^t.
  float scale = 1;  ///< 1 over the square root of 1 - 0.999^t.
};

/// Many steps without a gradient, at once: each value moves by first * sum of weight[i] /
/// (sqrt(second) + epsilon[i]), and the moments decay.
struct AdamCoast {
  float weight[2] = {0, 0};
  float epsilon[2] = {1, 1};
  float first_decay = 1;
  float second_decay = 1;
};

/// A step of `count` values.
void adam(const AdamStep& step, const float* gradient, std::size_t count,
          const AdamState& state) noexcept;

/// Rows of a table whose gradients are sums over the places where they were read.
struct AdamRows {
  AdamState state;                         ///< Of the whole table, rows `stride` apart.
  std::size_t stride = 0;                  ///< A multiple of kStrideStep.
  const std::uint32_t* rows = nullptr;     ///< The rows that were read.
  std::size_t count = 0;                   ///< Of them.
  const std::uint32_t* offsets = nullptr;  ///< count + 1: where each row's places begin.
  const std::uint32_t* sources = nullptr;  ///< Place to a row of `gradients`.
  const float* scales = nullptr;           ///< Place to a factor.
  const float* gradients = nullptr;        ///< Rows `stride` apart.
};

/// A step of each of the rows.
void adam_rows(const AdamStep& step, const AdamRows& work) noexcept;

/// One coast a row: `coasts` has one for each of the `count` rows.
void coast_rows(const AdamState& state, std::size_t stride, const std::uint32_t* rows,
                std::size_t count, const AdamCoast* coasts) noexcept;

/// Texts as weighted sums of a table's rows: text t is the sum of scales[i] * rows[i] for i from
/// offsets[t] to offsets[t + 1].
struct WeightedSums {
  const float* table = nullptr;  ///< Rows `stride` apart.
  std::size_t stride = 0;        ///< A multiple of kStrideStep.
  const std::uint32_t* rows = nullptr;
  const float* scales = nullptr;
  const std::uint32_t* offsets = nullptr;
  std::size_t count = 0;  ///< Texts.
};

/// out [count, stride].
void weighted_sums(const WeightedSums& work, float* out) noexcept;

/// Divides each row by its L2 norm, which goes to `norms`; rows of norm below 1e-12 by that.
void normalize_rows(float* rows, std::size_t count, std::size_t stride, float* norms) noexcept;

/// Gradients with respect to what normalize_rows() was given, in place, from those with respect to
/// what it made, `rows`.
void normalize_rows_backward(const float* rows, const float* norms, std::size_t count,
                             std::size_t stride, float* gradients) noexcept;

/// The dot product of rows of `stride` values, a multiple of kStrideStep.
float dot_row(const float* a, const float* b, std::size_t stride) noexcept;

}  // namespace m2v::simd
