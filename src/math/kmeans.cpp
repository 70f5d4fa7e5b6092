#include "math/kmeans.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>

#include "core/counted.h"
#include "core/thread_pool.h"
#include "simd/product.h"

namespace m2v::math {
namespace {

// Sizes of what one task does. They are fixed, so that sums are made in one order.
constexpr std::size_t kRowBlock = 10 * simd::kRowGroup;
constexpr std::size_t kCentreBlock = 16;

constexpr unsigned kStartIterations = 1;  // tell a good start from a bad one
constexpr double kSmall = 5e8;            // products in an iteration; below it every start goes on
constexpr double kRough = 1e-3;           // a share of the inertia that is not worth an iteration
constexpr double kFine = 1e-5;            // the same for those that move single rows
constexpr double kRounding = 1e-9;        // a gain too small to be one
constexpr std::size_t kUsualSteps = 100;  // for the progress bar

double square(double x) { return x * x; }

/// Centres, and row by row the nearest one and the one after it.
struct State {
  Matrix centres;
  std::vector<std::uint32_t> nearest, second;
  std::vector<double> distance;  ///< Squared, to the nearest.
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
  std::mt19937_64 random_;  // its distributions differ between libraries: only its bits are used
  std::vector<double> norms_;
  std::size_t steps_ = 0;
};

void Clusterer::check() {
  if (clusters_ == 0) throw std::invalid_argument("k-means: there must be at least one cluster");
  if (clusters_ > x_.rows) {
    throw std::invalid_argument("k-means: " + core::counted(clusters_, "cluster") + " of only " +
                                core::counted(x_.rows, "vector"));
  }
  norms_.resize(x_.rows);
  for (std::size_t r = 0; r < x_.rows; ++r) {
    double sum = 0;
    for (const float value : x_.row(r)) sum += square(static_cast<double>(value));
    if (!(sum < 1e36)) {
      throw std::invalid_argument("k-means: vector " + std::to_string(r) +
                                  " holds values that are not finite or too large");
    }
    norms_[r] = sum;
  }
}

/// Different rows at random as the first centres.
State Clusterer::start() {
  std::vector<std::size_t> rows(x_.rows);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  State state;
  state.centres = {std::vector<float>(clusters_ * x_.cols), clusters_, x_.cols};
  for (std::size_t c = 0; c < clusters_; ++c) {
    std::swap(rows[c], rows[c + random_() % (rows.size() - c)]);
    std::ranges::copy(x_.row(rows[c]), state.centres.row(c).begin());
  }
  assign(state);
  return state;
}

/// |x - c|^2 = |x|^2 - 2 (x c - |c|^2 / 2): the centre with the largest score is the nearest.
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
  simd::pack(state.centres.data.data(), clusters_, x_.cols, packed.data());
  std::vector<float> bias(simd::padded_columns(clusters_), 0.0f);
  for (std::size_t c = 0; c < clusters_; ++c) {
    double norm = 0;
    for (const float value : state.centres.row(c)) norm += square(static_cast<double>(value));
    bias[c] = static_cast<float>(-norm / 2);
  }
  state.nearest.resize(x_.rows);
  state.second.resize(x_.rows);
  state.distance.resize(x_.rows);
  core::parallel_for(
      core::blocks_of(x_.rows, kRowBlock), options_.threads,
      [&](std::size_t block, unsigned) { assign_block(packed, bias, block, state); });
  state.inertia = std::accumulate(state.distance.begin(), state.distance.end(), 0.0);
}

/// A cluster without rows takes the row that is farthest from its own centre.
void Clusterer::fill_empty(State& state, std::vector<std::size_t>& counts) const {
  for (std::size_t c = 0; c < clusters_; ++c) {
    if (counts[c] > 0) continue;
    const auto farthest = std::ranges::max_element(state.distance);
    if (*farthest <= 0) return;  // no more different rows than clusters
    std::uint32_t& cluster =
        state.nearest[static_cast<std::size_t>(farthest - state.distance.begin())];
    if (counts[cluster] < 2) return;
    --counts[cluster];
    cluster = static_cast<std::uint32_t>(c);
    counts[c] = 1;
    *farthest = 0;
  }
}

/// Each centre becomes the mean of its rows, summed in float64 in the rows' order.
void Clusterer::update(State& state) const {
  std::vector<std::size_t> counts(clusters_, 0);
  for (const std::uint32_t c : state.nearest) ++counts[c];
  fill_empty(state, counts);
  std::vector<std::size_t> ends(clusters_);
  std::partial_sum(counts.begin(), counts.end(), ends.begin());
  std::vector<std::size_t> places(ends);
  std::vector<std::uint32_t> members(x_.rows);
  for (std::size_t r = x_.rows; r-- > 0;) {
    members[--places[state.nearest[r]]] = static_cast<std::uint32_t>(r);
  }
  core::parallel_for(core::blocks_of(clusters_, kCentreBlock), options_.threads,
                     [&](std::size_t block, unsigned) {
                       std::vector<double> sum(x_.cols);
                       const std::size_t end = std::min(clusters_, (block + 1) * kCentreBlock);
                       for (std::size_t c = block * kCentreBlock; c < end; ++c) {
                         if (counts[c] == 0) continue;
                         std::ranges::fill(sum, 0.0);
                         for (std::size_t i = places[c]; i < ends[c]; ++i) {
                           const float* row = x_.data + members[i] * x_.cols;
                           for (std::size_t k = 0; k < x_.cols; ++k)
                             sum[k] += static_cast<double>(row[k]);
                         }
                         float* centre = state.centres.row(c).data();
                         const double share = 1.0 / static_cast<double>(counts[c]);
                         for (std::size_t k = 0; k < x_.cols; ++k)
                           centre[k] = static_cast<float>(sum[k] * share);
                       }
                     });
}

/// How many steps there will be, nobody knows: the bar stops short of its end.
void Clusterer::count_step() {
  if (progress_) progress_(std::min<std::size_t>(++steps_, kUsualSteps - 1), kUsualSteps);
}

/// Lloyd's algorithm until it gets slow.
void Clusterer::improve(State& state, unsigned iterations) {
  for (unsigned i = 0; i < iterations; ++i) {
    const double before = state.inertia;
    update(state);
    assign(state);
    count_step();
    if (!(before - state.inertia > kRough * before)) return;
  }
}

/// Hartigan's rule: a row moves to another cluster if the sum of squares, with both means changed
/// by the move, gets smaller. It leads out of what Lloyd's algorithm cannot leave.
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

/// Moves single rows, each to the nearest centre or the one after it, until it gets slow.
void Clusterer::polish(State& state, unsigned iterations) {
  std::vector<std::uint32_t> cluster = state.nearest;
  for (unsigned i = 0; i < iterations; ++i) {
    const double before = state.inertia;
    std::vector<double> means(state.centres.data.begin(), state.centres.data.end());
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
    if (!(before - state.inertia > kFine * before)) return;
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
  if (progress_) progress_(kUsualSteps, kUsualSteps);
  return finish(std::move(best));
}

/// The inertia without the rounding of the scores.
KMeans Clusterer::finish(State state) const {
  double inertia = 0;
  for (std::size_t r = 0; r < x_.rows; ++r) {
    const auto centre = state.centres.row(state.nearest[r]);
    for (std::size_t k = 0; k < x_.cols; ++k) {
      inertia += square(static_cast<double>(x_.row(r)[k]) - static_cast<double>(centre[k]));
    }
  }
  return {
      .centres = std::move(state.centres), .nearest = std::move(state.nearest), .inertia = inertia};
}

}  // namespace

KMeans k_means(MatrixView x, std::size_t clusters, const KMeansOptions& options,
               const KMeansProgress& progress) {
  return Clusterer(x, clusters, options, progress).run();
}

}  // namespace m2v::math
