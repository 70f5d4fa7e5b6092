#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "m2v/types.h"

namespace m2v::math {

struct KMeansOptions {
  std::uint64_t seed = 42;
  unsigned restarts = 10;     ///< Starts, of which the best goes on; of little data all do.
  unsigned iterations = 300;  ///< At most, of each of the two algorithms.
  unsigned threads = 0;
};

struct KMeans {
  Matrix centres;                      ///< [clusters, dim]
  std::vector<std::uint32_t> nearest;  ///< For each row the index of its centre.
  double inertia = 0;                  ///< The sum of squared distances to them.
};

/// Called from the thread that made the call. What it throws ends the call.
using KMeansProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Finds `clusters` centres such that the squared distances of the rows of x to their nearest one
/// are small: Lloyd's algorithm from the best of several random starts, then Hartigan's (1975),
/// which moves single rows. The same seed and rows give the same centres, on any number of threads.
/// Throws std::invalid_argument for no clusters, more clusters than rows, or values that are not
/// finite or too large for float32 sums.
KMeans k_means(MatrixView x, std::size_t clusters, const KMeansOptions& options = {},
               const KMeansProgress& progress = {});

}  // namespace m2v::math
