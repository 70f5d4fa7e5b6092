#include "distill/table.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "core/half.h"
#include "core/thread_pool.h"

namespace m2v::distillation {
namespace {

constexpr std::size_t kBlockRows = 1024;

/// Calls visit(index, value) for every weighted value of the table, in parallel over blocks of
/// rows.
template <typename Visit>
void for_each_value(MatrixView vectors, std::span<const double> weights, unsigned threads,
                    const Visit& visit) {
  const std::size_t blocks = (vectors.rows + kBlockRows - 1) / kBlockRows;
  core::parallel_for(blocks, threads, [&](std::size_t block, unsigned) {
    const std::size_t end = std::min(vectors.rows, (block + 1) * kBlockRows);
    for (std::size_t r = block * kBlockRows; r < end; ++r) {
      for (std::size_t c = 0; c < vectors.cols; ++c) {
        const std::size_t i = r * vectors.cols + c;
        visit(i, static_cast<double>(vectors.data[i]) * weights[r]);
      }
    }
  });
}

template <typename T, typename Convert>
std::vector<std::byte> convert(MatrixView vectors, std::span<const double> weights,
                               unsigned threads, const Convert& to) {
  std::vector<std::byte> table(vectors.rows * vectors.cols * sizeof(T));
  for_each_value(vectors, weights, threads, [&](std::size_t i, double value) {
    const T converted = to(value);
    std::memcpy(table.data() + i * sizeof(T), &converted, sizeof(T));
  });
  return table;
}

double through_half(double value) {
  return static_cast<double>(core::half_to_float(core::double_to_half(value)));
}

double largest_magnitude(MatrixView vectors, std::span<const double> weights) {
  double largest = 0;
  for (std::size_t r = 0; r < vectors.rows; ++r) {
    for (const float value : vectors.row(r)) {
      largest = std::max(largest, std::abs(static_cast<double>(value) * weights[r]));
    }
  }
  return largest;
}

}  // namespace

std::vector<std::byte> make_table(MatrixView vectors, std::span<const double> weights, DType dtype,
                                  unsigned threads) {
  switch (dtype) {
    case DType::kFloat16:
      return convert<std::uint16_t>(vectors, weights, threads, core::double_to_half);
    case DType::kFloat32:
      return convert<float>(vectors, weights, threads,
                            [](double value) { return static_cast<float>(value); });
    case DType::kFloat64:
      return convert<double>(vectors, weights, threads, [](double value) { return value; });
    case DType::kInt8: {
      const double scale = largest_magnitude(vectors, weights) / 127.0;
      return convert<std::int8_t>(vectors, weights, threads, [scale](double value) {
        if (scale == 0) return std::int8_t{0};
        const double quotient = through_half(through_half(value) / scale);
        return static_cast<std::int8_t>(std::clamp(std::nearbyint(quotient), -127.0, 127.0));
      });
    }
    case DType::kBFloat16:
      break;
  }
  throw std::invalid_argument("a table is written as float16, float32, float64 or int8");
}

}  // namespace m2v::distillation
