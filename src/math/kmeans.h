#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "m2v/types.h"

namespace m2v::math {

struct KMeansOptions {
  std::uint64_t seed = 42;
  /// The number of random starts. Only the best is continued; on small data, all are.
  unsigned restarts = 10;
  unsigned iterations = 300;  ///< The maximum number of iterations of each of the two algorithms.
  unsigned threads = 0;       ///< 0: the number of hardware threads.
};

/// The result of k_means().
struct KMeans {
  Matrix centers;                      ///< The cluster centers, [clusters, dim].
  std::vector<std::uint32_t> nearest;  ///< The index of each row's center, [rows].
  double inertia = 0;                  ///< The sum of squared distances of rows to their centers.
};

/// Reports progress. Called on the thread that called k_means(); an exception ends that call.
using KMeansProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Clusters the rows of x [rows, dim] by k-means: searches for centers with a small sum of squared
/// distances of the rows to their nearest center. Runs Lloyd's algorithm from the best of several
/// random starts, then Hartigan's (1975), which moves single rows. The same seed and rows give the
/// same centers, on any number of threads. Throws std::invalid_argument if `clusters` is 0 or
/// larger than the number of rows, or if values are not finite or too large for float32 sums.
KMeans k_means(MatrixView x, std::size_t clusters, const KMeansOptions& options = {},
               const KMeansProgress& progress = {});

}  // namespace m2v::math
