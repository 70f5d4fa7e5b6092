#include "math/pca.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/thread_pool.h"
#include "simd/gram.h"
#include "simd/product.h"

namespace m2v::math {
namespace {

// Sizes of what one task does. They are fixed, so that sums are made in one order.
constexpr std::size_t kMeanBlock = 1024;                  // rows
constexpr std::size_t kGramBlock = 64;                    // rows: two strips fit into an L2 cache
constexpr std::size_t kScoreBlock = 4 * simd::kRowGroup;  // rows
constexpr std::size_t kSignBlock = 16 * kScoreBlock;      // rows
using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::size_t blocks(std::size_t count, std::size_t size) { return (count + size - 1) / size; }

std::vector<double> column_means(MatrixView x, unsigned threads) {
  const std::size_t tasks = blocks(x.rows, kMeanBlock);
  std::vector<double> sums(tasks * x.cols, 0.0);
  core::parallel_for(tasks, threads, [&](std::size_t task, unsigned) {
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

/// One task a pair of strips of columns in the upper triangle, over all rows.
Square covariance(MatrixView x, const std::vector<double>& mean, unsigned threads) {
  const std::size_t strips = blocks(x.cols, simd::kGramStrip);
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < strips; ++i) {
    for (std::size_t j = i; j < strips; ++j) pairs.emplace_back(i, j);
  }
  const auto size = static_cast<Eigen::Index>(x.cols);
  Square result(size, size);
  core::parallel_for(pairs.size(), threads, [&](std::size_t task, unsigned) {
    const auto [first, second] = pairs[task];
    std::vector<double> a(kGramBlock * simd::kGramStrip), b(a.size());
    std::vector<double> gram(simd::kGramStrip * simd::kGramStrip, 0.0);
    const auto load = [&](std::size_t strip, std::size_t row, std::size_t rows, double* to) {
      const std::size_t column = strip * simd::kGramStrip;
      simd::centre_strip(x.data + row * x.cols + column, rows, x.cols, mean.data() + column,
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
        result(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c)) = value;
        result(static_cast<Eigen::Index>(c), static_cast<Eigen::Index>(r)) = value;
      }
    }
  });
  return result;
}

/// The first `count` components, packed for simd::multiply().
std::vector<float> packed_components(const Pca& pca, std::size_t count) {
  std::vector<float> rows(count * pca.dim);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<float>(pca.components[i]);
  std::vector<float> packed(simd::padded_columns(count) * pca.dim);
  simd::pack(rows.data(), count, pca.dim, packed.data());
  return packed;
}

/// What makes the first score of largest absolute value in every column positive.
std::vector<float> column_signs(const Matrix& scores, unsigned threads) {
  const std::size_t tasks = blocks(scores.rows, kSignBlock);
  std::vector<float> extremes(tasks * scores.cols, 0.0f);
  core::parallel_for(tasks, threads, [&](std::size_t task, unsigned) {
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
  Pca pca;
  pca.dim = x.cols;
  pca.mean = column_means(x, threads);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance(x, pca.mean, threads));
  if (solver.info() != Eigen::Success || !solver.eigenvalues().allFinite()) {
    throw std::invalid_argument("PCA found no components: the vectors hold values out of range");
  }
  pca.variances.resize(x.cols);
  pca.components.resize(x.cols * x.cols);
  for (std::size_t k = 0; k < x.cols; ++k) {  // Eigen sorts by rising eigenvalue
    const auto column = static_cast<Eigen::Index>(x.cols - 1 - k);
    pca.variances[k] = std::max(0.0, solver.eigenvalues()(column));
    for (std::size_t i = 0; i < x.cols; ++i) {
      pca.components[k * x.cols + i] = solver.eigenvectors()(static_cast<Eigen::Index>(i), column);
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

Matrix pca_scores(const Pca& pca, MatrixView x, std::size_t count, unsigned threads) {
  if (x.cols != pca.dim || count > pca.dim) {
    throw std::invalid_argument("PCA scores: the matrix and the components differ in width");
  }
  Matrix scores{.data = std::vector<float>(x.rows * count), .rows = x.rows, .cols = count};
  const std::vector<float> components = packed_components(pca, count);
  core::parallel_for(blocks(x.rows, kSignBlock), threads, [&](std::size_t task, unsigned) {
    std::vector<float> centred(kScoreBlock * x.cols, 0.0f), block(kScoreBlock * count);
    const std::size_t end = std::min(x.rows, (task + 1) * kSignBlock);
    for (std::size_t first = task * kSignBlock; first < end; first += kScoreBlock) {
      const std::size_t rows = std::min(kScoreBlock, end - first);
      for (std::size_t r = 0; r < rows; ++r) {
        const float* row = x.data + (first + r) * x.cols;
        float* to = centred.data() + r * x.cols;
        for (std::size_t c = 0; c < x.cols; ++c) {
          to[c] = static_cast<float>(static_cast<double>(row[c]) - pca.mean[c]);
        }
      }
      simd::multiply(centred.data(), components.data(),
                     {.rows = kScoreBlock, .depth = x.cols, .columns = count}, {}, block.data());
      std::copy_n(block.data(), rows * count, scores.data.data() + first * count);
    }
  });
  const std::vector<float> signs = column_signs(scores, threads);
  core::parallel_for(blocks(x.rows, kSignBlock), threads, [&](std::size_t task, unsigned) {
    const std::size_t end = std::min(x.rows, (task + 1) * kSignBlock);
    for (std::size_t r = task * kSignBlock; r < end; ++r) {
      for (std::size_t c = 0; c < count; ++c) scores.data[r * count + c] *= signs[c];
    }
  });
  return scores;
}

}  // namespace m2v::math
