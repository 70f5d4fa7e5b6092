#include "math/kmeans.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>

#include "base/counted.h"
#include "base/thread_pool.h"
#include "simd/product.h"

namespace m2v::math {
namespace {

// The numbers of rows and centers per task. They are fixed, so that the order of summation does not
// depend on the number of threads.
constexpr std::size_t kRowBlock = 10 * simd::kRowGroup;
constexpr std::size_t kCenterBlock = 16;

constexpr unsigned kStartIterations = 1;  // enough to compare random starts
constexpr double kSmall = 5e8;            // with fewer products per iteration, all starts continue
constexpr double kMinDecreaseLloyd = 1e-3;  // minimum relative decrease of the inertia to continue
constexpr double kMinDecreaseHartigan = 1e-5;  // the same for iterations that move single rows
constexpr double kRounding = 1e-9;           // relative decreases below this may be rounding errors
constexpr double kMaxSquaredNorm = 1e36;     // of a row, so that sums fit into float32
constexpr std::size_t kProgressTotal = 100;  // the total that is reported as progress

double square(double x) { return x * x; }

/// A clustering: the centers, and for each row the nearest and the second nearest center.
struct State {
  Matrix centers;
  std::vector<std::uint32_t> nearest, second;
  std::vector<double> distance;  ///< The squared distance of each row to its nearest center.
  double inertia = 0;
};

class Clusterer {
 public:
  Clusterer(MatrixView x, std::size_t clusters, const KMeansOptions& options,
            const KMeansProgress& progress)
      : x_(x), clusters_(clusters), options_(options), progress_(progress), random_(options.seed) {
    check();
  }

  KMeans run();

 private:
  void check();
  State start();
  void assign(State& state) const;
  void assign_block(const std::vector<float>& packed, const std::vector<float>& bias,
                    std::size_t block, State& state) const;
  void update(State& state) const;
  void fill_empty(State& state, std::vector<std::size_t>& counts) const;
  void improve(State& state, unsigned iterations);
  bool move_row(std::size_t r, std::uint32_t from, std::uint32_t to, std::vector<double>& means,
                std::vector<double>& counts) const;
  void polish(State& state, unsigned iterations);
  void count_step();
  KMeans finish(State state) const;

  MatrixView x_;
  std::size_t clusters_;
  KMeansOptions options_;
  const KMeansProgress& progress_;
  std::mt19937_64 random_;  // used without distributions, which differ between standard libraries
  std::vector<double> norms_;  // the squared norm of each row
  std::size_t steps_ = 0;
};

void Clusterer::check() {
  if (clusters_ == 0) throw std::invalid_argument("k-means: there must be at least one cluster");
  if (clusters_ > x_.rows) {
    throw std::invalid_argument("k-means: " + base::counted(clusters_, "cluster") + " of only " +
                                base::counted(x_.rows, "vector"));
  }
  norms_.resize(x_.rows);
  for (std::size_t r = 0; r < x_.rows; ++r) {
    double sum = 0;
    for (const float value : x_.row(r)) sum += square(static_cast<double>(value));
    if (!(sum < kMaxSquaredNorm)) {
      throw std::invalid_argument("k-means: vector " + std::to_string(r) +
                                  " holds values that are not finite or too large");
    }
    norms_[r] = sum;
  }
}

/// Chooses different rows at random as the initial centers.
State Clusterer::start() {
  std::vector<std::size_t> rows(x_.rows);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  State state;
  state.centers = {std::vector<float>(clusters_ * x_.cols), clusters_, x_.cols};
  for (std::size_t c = 0; c < clusters_; ++c) {
    std::swap(rows[c], rows[c + random_() % (rows.size() - c)]);
    std::ranges::copy(x_.row(rows[c]), state.centers.row(c).begin());
  }
  assign(state);
  return state;
}

/// Finds the nearest centers of a block of rows. Since |x - c|^2 = |x|^2 - 2 (x c - |c|^2 / 2), the
/// nearest center is that with the largest score x c - |c|^2 / 2.
void Clusterer::assign_block(const std::vector<float>& packed, const std::vector<float>& bias,
                             std::size_t block, State& state) const {
  const std::size_t first = block * kRowBlock, count = std::min(kRowBlock, x_.rows - first);
  const std::size_t padded = simd::padded_rows(count);
  std::vector<float> a, scores(padded * clusters_);
  const float* input = x_.data + first * x_.cols;
  if (padded > count) {
    a.assign(padded * x_.cols, 0.0f);
    std::copy_n(input, count * x_.cols, a.data());
    input = a.data();
  }
  simd::multiply(input, packed.data(), {.rows = padded, .depth = x_.cols, .columns = clusters_},
                 {.bias = bias.data()}, scores.data());
  for (std::size_t r = 0; r < count; ++r) {
    const float* score = scores.data() + r * clusters_;
    float best = -std::numeric_limits<float>::infinity(), next = best;
    std::uint32_t nearest = 0, second = 0;
    for (std::size_t c = 0; c < clusters_; ++c) {
      if (!(score[c] > next)) continue;
      if (score[c] > best) {
        next = best, second = nearest;
        best = score[c], nearest = static_cast<std::uint32_t>(c);
      } else {
        next = score[c], second = static_cast<std::uint32_t>(c);
      }
    }
    state.nearest[first + r] = nearest;
    state.second[first + r] = second;
    state.distance[first + r] = std::max(0.0, norms_[first + r] - 2 * static_cast<double>(best));
  }
}

void Clusterer::assign(State& state) const {
  std::vector<float> packed(simd::padded_columns(clusters_) * x_.cols);
  simd::pack(state.centers.data.data(), clusters_, x_.cols, packed.data());
  std::vector<float> bias(simd::padded_columns(clusters_), 0.0f);
  for (std::size_t c = 0; c < clusters_; ++c) {
    double norm = 0;
    for (const float value : state.centers.row(c)) norm += square(static_cast<double>(value));
    bias[c] = static_cast<float>(-norm / 2);
  }
  state.nearest.resize(x_.rows);
  state.second.resize(x_.rows);
  state.distance.resize(x_.rows);
  base::parallel_for(
      base::blocks_of(x_.rows, kRowBlock), options_.threads,
      [&](std::size_t block, unsigned) { assign_block(packed, bias, block, state); });
  state.inertia = std::accumulate(state.distance.begin(), state.distance.end(), 0.0);
}

/// Assigns to each empty cluster the row that is farthest from its own center.
void Clusterer::fill_empty(State& state, std::vector<std::size_t>& counts) const {
  for (std::size_t c = 0; c < clusters_; ++c) {
    if (counts[c] > 0) continue;
    const auto farthest = std::ranges::max_element(state.distance);
    if (*farthest <= 0) return;  // there are no more distinct rows than clusters
    std::uint32_t& cluster =
        state.nearest[static_cast<std::size_t>(farthest - state.distance.begin())];
    if (counts[cluster] < 2) return;
    --counts[cluster];
    cluster = static_cast<std::uint32_t>(c);
    counts[c] = 1;
    *farthest = 0;
  }
}

/// Sets each center to the mean of its rows, summed in float64 in the order of the rows.
void Clusterer::update(State& state) const {
  std::vector<std::size_t> counts(clusters_, 0);
  for (const std::uint32_t c : state.nearest) ++counts[c];
  fill_empty(state, counts);
  std::vector<std::size_t> ends(clusters_);
  std::partial_sum(counts.begin(), counts.end(), ends.begin());
  std::vector<std::size_t> locations(ends);
  std::vector<std::uint32_t> members(x_.rows);
  for (std::size_t r = x_.rows; r-- > 0;) {
    members[--locations[state.nearest[r]]] = static_cast<std::uint32_t>(r);
  }
  base::parallel_for(base::blocks_of(clusters_, kCenterBlock), options_.threads,
                     [&](std::size_t block, unsigned) {
                       std::vector<double> sum(x_.cols);
                       const std::size_t end = std::min(clusters_, (block + 1) * kCenterBlock);
                       for (std::size_t c = block * kCenterBlock; c < end; ++c) {
                         if (counts[c] == 0) continue;
                         std::ranges::fill(sum, 0.0);
                         for (std::size_t i = locations[c]; i < ends[c]; ++i) {
                           const float* row = x_.data + members[i] * x_.cols;
                           for (std::size_t k = 0; k < x_.cols; ++k)
                             sum[k] += static_cast<double>(row[k]);
                         }
                         float* center = state.centers.row(c).data();
                         const double factor = 1.0 / static_cast<double>(counts[c]);
                         for (std::size_t k = 0; k < x_.cols; ++k)
                           center[k] = static_cast<float>(sum[k] * factor);
                       }
                     });
}

/// Reports progress. The number of steps is not known in advance, so the bar stops before its end.
void Clusterer::count_step() {
  if (progress_) progress_(std::min<std::size_t>(++steps_, kProgressTotal - 1), kProgressTotal);
}

/// Runs Lloyd's algorithm until the inertia hardly decreases.
void Clusterer::improve(State& state, unsigned iterations) {
  for (unsigned i = 0; i < iterations; ++i) {
    const double before = state.inertia;
    update(state);
    assign(state);
    count_step();
    if (!(before - state.inertia > kMinDecreaseLloyd * before)) return;
  }
}

/// Applies Hartigan's rule: moves a row to another cluster if that decreases the sum of squares,
/// taking into account that the move changes both means. This escapes from local optima of Lloyd's
/// algorithm. Returns whether the row was moved.
bool Clusterer::move_row(std::size_t r, std::uint32_t from, std::uint32_t to,
                         std::vector<double>& means, std::vector<double>& counts) const {
  if (from == to || counts[from] < 2) return false;
  const float* row = x_.data + r * x_.cols;
  double* a = means.data() + from * x_.cols;
  double* b = means.data() + to * x_.cols;
  double distance_a = 0, distance_b = 0;
  for (std::size_t k = 0; k < x_.cols; ++k) {
    const double value = row[k];
    distance_a += square(value - a[k]);
    distance_b += square(value - b[k]);
  }
  const double less = counts[from] / (counts[from] - 1), more = counts[to] / (counts[to] + 1);
  if (!(more * distance_b < less * distance_a * (1 - kRounding))) return false;
  for (std::size_t k = 0; k < x_.cols; ++k) {
    const double value = row[k];
    a[k] += (a[k] - value) / (counts[from] - 1);
    b[k] += (value - b[k]) / (counts[to] + 1);
  }
  --counts[from], ++counts[to];
  return true;
}

/// Moves single rows to the nearest or second nearest center until the inertia hardly decreases.
void Clusterer::polish(State& state, unsigned iterations) {
  std::vector<std::uint32_t> cluster = state.nearest;
  for (unsigned i = 0; i < iterations; ++i) {
    const double before = state.inertia;
    std::vector<double> means(state.centers.data.begin(), state.centers.data.end());
    std::vector<double> counts(clusters_, 0.0);
    for (const std::uint32_t c : cluster) ++counts[c];
    for (std::size_t r = 0; r < x_.rows; ++r) {
      const std::uint32_t to = cluster[r] == state.nearest[r] ? state.second[r] : state.nearest[r];
      if (move_row(r, cluster[r], to, means, counts)) cluster[r] = to;
    }
    state.nearest = cluster;
    update(state);
    assign(state);
    count_step();
    if (!(before - state.inertia > kMinDecreaseHartigan * before)) return;
  }
}

KMeans Clusterer::run() {
  const bool small =
      static_cast<double>(x_.rows) * static_cast<double>(clusters_) * static_cast<double>(x_.cols) <
      kSmall;
  State best;
  for (unsigned i = 0; i < std::max(1u, options_.restarts); ++i) {
    State other = start();
    improve(other, small ? options_.iterations : kStartIterations);
    if (small) polish(other, options_.iterations);
    if (i == 0 || other.inertia < best.inertia) best = std::move(other);
  }
  if (!small) {
    improve(best, options_.iterations);
    polish(best, options_.iterations);
  }
  if (progress_) progress_(kProgressTotal, kProgressTotal);
  return finish(std::move(best));
}

/// Returns the result, with the inertia recomputed in float64.
KMeans Clusterer::finish(State state) const {
  double inertia = 0;
  for (std::size_t r = 0; r < x_.rows; ++r) {
    const auto center = state.centers.row(state.nearest[r]);
    for (std::size_t k = 0; k < x_.cols; ++k) {
      inertia += square(static_cast<double>(x_.row(r)[k]) - static_cast<double>(center[k]));
    }
  }
  return {
      .centers = std::move(state.centers), .nearest = std::move(state.nearest), .inertia = inertia};
}

}  // namespace

KMeans k_means(MatrixView x, std::size_t clusters, const KMeansOptions& options,
               const KMeansProgress& progress) {
  return Clusterer(x, clusters, options, progress).run();
}

}  // namespace m2v::math
