#include "distill/fit_to_teacher.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "math/least_squares.h"
#include "math/pca.h"

namespace m2v::distillation {
namespace {

constexpr double kRidge = 1e-3;

/// Returns one row per text: the mean of its tokens' states, followed by the teacher's vector of
/// it.
Matrix pairs_of(const Matrix& states, const RandomTexts& texts, const Matrix& targets) {
  Matrix pairs{.data = std::vector<float>(targets.rows * (states.cols + targets.cols)),
               .rows = targets.rows,
               .cols = states.cols + targets.cols};
  std::vector<double> sum(states.cols);
  for (std::size_t i = 0; i < pairs.rows; ++i) {
    std::ranges::fill(sum, 0.0);
    for (const std::uint32_t token : texts.tokens[i]) {
      const auto row = states.row(token);
      for (std::size_t c = 0; c < row.size(); ++c) sum[c] += static_cast<double>(row[c]);
    }
    const auto pair = pairs.row(i);
    const auto count = static_cast<double>(texts.tokens[i].size());
    for (std::size_t c = 0; c < sum.size(); ++c) pair[c] = static_cast<float>(sum[c] / count);
    std::ranges::copy(targets.row(i), pair.begin() + static_cast<std::ptrdiff_t>(sum.size()));
  }
  return pairs;
}

/// Transforms directions over a map's outputs, [count, outputs], into directions over its inputs,
/// by the map [outputs, inputs].
std::vector<double> through(const std::vector<double>& directions, const std::vector<double>& map,
                            std::size_t outputs) {
  const std::size_t count = directions.size() / outputs, inputs = map.size() / outputs;
  std::vector<double> result(count * inputs, 0.0);
  for (std::size_t k = 0; k < count; ++k) {
    double* const to = result.data() + k * inputs;
    for (std::size_t o = 0; o < outputs; ++o) {
      const double factor = directions[k * outputs + o];
      const double* const from = map.data() + o * inputs;
      for (std::size_t i = 0; i < inputs; ++i) to[i] += factor * from[i];
    }
  }
  return result;
}

}  // namespace

Reduced fit(const Matrix& states, const RandomTexts& texts, const Matrix& targets,
            const Reduction& rule, unsigned threads, const base::Events& events) {
  const math::Covariance covariance = math::covariance(pairs_of(states, texts, targets), threads);
  const std::vector<double> map = math::least_squares(covariance, states.cols, kRidge);
  const math::Pca pca = math::pca_of(covariance, states.cols, targets.cols);
  const Directions directions = choose_directions(pca, rule, events);
  const math::Projection projection{.mean = math::column_means(states, threads),
                                    .directions = through(directions.values, map, targets.cols)};
  return {.vectors = math::project(projection, states, threads),
          .explained_variance = directions.explained_variance};
}

}  // namespace m2v::distillation
