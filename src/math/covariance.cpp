#include "math/covariance.h"

#include <algorithm>
#include <utility>

#include "base/thread_pool.h"
#include "simd/gram.h"

namespace m2v::math {
namespace {

// Numbers of rows that are processed at once. They are fixed, so that the order of summation does
// not depend on the number of threads.
constexpr std::size_t kMeanBlock = 1024;
constexpr std::size_t kGramBlock = 64;  // two strips of 64 rows fit into an L2 cache

}  // namespace

std::vector<double> column_means(MatrixView x, unsigned threads) {
  const std::size_t tasks = base::blocks_of(x.rows, kMeanBlock);
  std::vector<double> sums(tasks * x.cols, 0.0);
  base::parallel_for(tasks, threads, [&](std::size_t task, unsigned) {
    double* sum = sums.data() + task * x.cols;
    const std::size_t end = std::min(x.rows, (task + 1) * kMeanBlock);
    for (std::size_t r = task * kMeanBlock; r < end; ++r) {
      const float* row = x.data + r * x.cols;
      for (std::size_t c = 0; c < x.cols; ++c) sum[c] += static_cast<double>(row[c]);
    }
  });
  std::vector<double> means(x.cols, 0.0);
  for (std::size_t task = 0; task < tasks; ++task) {
    for (std::size_t c = 0; c < x.cols; ++c) means[c] += sums[task * x.cols + c];
  }
  for (double& mean : means) mean /= static_cast<double>(x.rows);
  return means;
}

// Each task computes one pair of column strips in the upper triangle, over all rows.
Covariance covariance(MatrixView x, unsigned threads) {
  Covariance result{.mean = column_means(x, threads), .values = {}};
  result.values.resize(x.cols * x.cols);
  const std::vector<double>& mean = result.mean;
  const std::size_t strips = base::blocks_of(x.cols, simd::kGramStrip);
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < strips; ++i) {
    for (std::size_t j = i; j < strips; ++j) pairs.emplace_back(i, j);
  }
  base::parallel_for(pairs.size(), threads, [&](std::size_t task, unsigned) {
    const auto [first, second] = pairs[task];
    std::vector<double> a(kGramBlock * simd::kGramStrip), b(a.size());
    std::vector<double> gram(simd::kGramStrip * simd::kGramStrip, 0.0);
    const auto load = [&](std::size_t strip, std::size_t row, std::size_t rows, double* to) {
      const std::size_t column = strip * simd::kGramStrip;
      simd::center_strip(x.data + row * x.cols + column, rows, x.cols, mean.data() + column,
                         std::min(simd::kGramStrip, x.cols - column), to);
    };
    for (std::size_t row = 0; row < x.rows; row += kGramBlock) {
      const std::size_t rows = std::min(kGramBlock, x.rows - row);
      load(first, row, rows, a.data());
      if (first != second) load(second, row, rows, b.data());
      simd::add_gram(a.data(), first == second ? a.data() : b.data(), rows, gram.data());
    }
    const double scale = 1.0 / static_cast<double>(x.rows - 1);
    for (std::size_t i = 0; i < simd::kGramStrip; ++i) {
      for (std::size_t j = 0; j < simd::kGramStrip; ++j) {
        const std::size_t r = first * simd::kGramStrip + i, c = second * simd::kGramStrip + j;
        if (r >= x.cols || c >= x.cols) continue;
        const double value = gram[i * simd::kGramStrip + j] * scale;
        result.values[r * x.cols + c] = value;
        result.values[c * x.cols + r] = value;
      }
    }
  });
  return result;
}

}  // namespace m2v::math
