#include "math/pca.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/thread_pool.h"
#include "simd/product.h"

namespace m2v::math {
namespace {

// Numbers of rows that are processed at once. They are fixed, so that results do not depend on the
// number of threads.
constexpr std::size_t kScoreBlock = 4 * simd::kRowGroup;
constexpr std::size_t kSignBlock = 16 * kScoreBlock;
using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Returns the first `count` directions, packed for simd::multiply().
std::vector<float> packed_directions(const Projection& projection, std::size_t count) {
  std::vector<float> rows(count * projection.mean.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i] = static_cast<float>(projection.directions[i]);
  }
  std::vector<float> packed(simd::padded_columns(count) * projection.mean.size());
  simd::pack(rows.data(), count, projection.mean.size(), packed.data());
  return packed;
}

/// Returns the sign of the first score of largest absolute value in each column.
std::vector<float> column_signs(const Matrix& scores, unsigned threads) {
  const std::size_t tasks = base::blocks_of(scores.rows, kSignBlock);
  std::vector<float> extremes(tasks * scores.cols, 0.0f);
  base::parallel_for(tasks, threads, [&](std::size_t task, unsigned) {
    float* extreme = extremes.data() + task * scores.cols;
    const std::size_t end = std::min(scores.rows, (task + 1) * kSignBlock);
    for (std::size_t r = task * kSignBlock; r < end; ++r) {
      const float* row = scores.data.data() + r * scores.cols;
      for (std::size_t c = 0; c < scores.cols; ++c) {
        if (std::abs(row[c]) > std::abs(extreme[c])) extreme[c] = row[c];
      }
    }
  });
  std::vector<float> signs(scores.cols, 0.0f);
  for (std::size_t c = 0; c < scores.cols; ++c) {
    float extreme = 0;
    for (std::size_t task = 0; task < tasks; ++task) {
      const float candidate = extremes[task * scores.cols + c];
      if (std::abs(candidate) > std::abs(extreme)) extreme = candidate;
    }
    signs[c] = extreme < 0 ? -1.0f : 1.0f;
  }
  return signs;
}

}  // namespace

Pca fit_pca(MatrixView x, unsigned threads) {
  if (x.rows < 2) throw std::invalid_argument("PCA needs at least two rows");
  if (x.cols == 0) throw std::invalid_argument("PCA needs at least one column");
  return pca_of(covariance(x, threads), 0, x.cols);
}

Pca pca_of(const Covariance& covariance, std::size_t first, std::size_t count) {
  const auto size = static_cast<Eigen::Index>(count);
  const auto all = static_cast<Eigen::Index>(covariance.dim());
  const Eigen::Map<const Square> whole(covariance.values.data(), all, all);
  const auto begin = static_cast<Eigen::Index>(first);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
      Eigen::MatrixXd(whole.block(begin, begin, size, size)));
  if (solver.info() != Eigen::Success || !solver.eigenvalues().allFinite()) {
    throw std::invalid_argument("PCA found no components: the vectors hold values out of range");
  }
  const auto mean = covariance.mean.begin() + begin;
  Pca pca{.dim = count, .mean = {mean, mean + size}, .variances = {}, .components = {}};
  pca.variances.resize(count);
  pca.components.resize(count * count);
  for (std::size_t k = 0; k < count; ++k) {  // Eigen sorts by ascending eigenvalue
    const auto column = static_cast<Eigen::Index>(count - 1 - k);
    pca.variances[k] = std::max(0.0, solver.eigenvalues()(column));
    for (std::size_t i = 0; i < count; ++i) {
      pca.components[k * count + i] = solver.eigenvectors()(static_cast<Eigen::Index>(i), column);
    }
  }
  return pca;
}

double explained_variance(const Pca& pca, std::size_t count) {
  double kept = 0, total = 0;
  for (std::size_t k = 0; k < pca.variances.size(); ++k) {
    total += pca.variances[k];
    if (k < count) kept += pca.variances[k];
  }
  return total > 0 ? kept / total : 1.0;
}

std::size_t components_for(const Pca& pca, double fraction) {
  double total = 0, sum = 0;
  for (const double variance : pca.variances) total += variance;
  for (std::size_t k = 0; k < pca.dim; ++k) {
    sum += pca.variances[k];
    if (sum >= fraction * total) return k + 1;
  }
  return pca.dim;
}

Matrix project(const Projection& projection, MatrixView x, unsigned threads) {
  if (x.cols != projection.mean.size() || projection.directions.size() % x.cols != 0) {
    throw std::invalid_argument("the matrix and the directions differ in width");
  }
  const std::size_t count = projection.directions.size() / x.cols;
  Matrix scores{.data = std::vector<float>(x.rows * count), .rows = x.rows, .cols = count};
  const std::vector<float> directions = packed_directions(projection, count);
  base::parallel_for(base::blocks_of(x.rows, kSignBlock), threads, [&](std::size_t task, unsigned) {
    std::vector<float> centered(kScoreBlock * x.cols, 0.0f), block(kScoreBlock * count);
    const std::size_t end = std::min(x.rows, (task + 1) * kSignBlock);
    for (std::size_t first = task * kSignBlock; first < end; first += kScoreBlock) {
      const std::size_t rows = std::min(kScoreBlock, end - first);
      for (std::size_t r = 0; r < rows; ++r) {
        const float* row = x.data + (first + r) * x.cols;
        float* to = centered.data() + r * x.cols;
        for (std::size_t c = 0; c < x.cols; ++c) {
          to[c] = static_cast<float>(static_cast<double>(row[c]) - projection.mean[c]);
        }
      }
      simd::multiply(centered.data(), directions.data(),
                     {.rows = kScoreBlock, .depth = x.cols, .columns = count}, {}, block.data());
      std::copy_n(block.data(), rows * count, scores.data.data() + first * count);
    }
  });
  const std::vector<float> signs = column_signs(scores, threads);
  base::parallel_for(base::blocks_of(x.rows, kSignBlock), threads, [&](std::size_t task, unsigned) {
    const std::size_t end = std::min(x.rows, (task + 1) * kSignBlock);
    for (std::size_t r = task * kSignBlock; r < end; ++r) {
      for (std::size_t c = 0; c < count; ++c) scores.data[r * count + c] *= signs[c];
    }
  });
  return scores;
}

}  // namespace m2v::math
