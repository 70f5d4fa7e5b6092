#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/counted.h"
#include "m2v/index.h"

namespace m2v {
namespace {

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

/// Returns the cosine of two vectors; 0 if either is zero.
double cosine(std::span<const float> a, std::span<const float> b) {
  const double norms = std::sqrt(dot(a, a)) * std::sqrt(dot(b, b));
  return norms > 0 ? dot(a, b) / norms : 0;
}

}  // namespace

std::vector<Hit> diversify(std::span<const Hit> hits, MatrixView vectors, std::size_t k,
                           double lambda) {
  if (vectors.rows != hits.size()) {
    throw std::invalid_argument(base::counted(vectors.rows, "vector") + " for " +
                                base::counted(hits.size(), "hit"));
  }
  if (!(lambda >= 0 && lambda <= 1)) {
    throw std::invalid_argument("lambda is " + std::to_string(lambda) + "; it is from 0 to 1");
  }
  std::vector<Hit> chosen;
  std::vector<std::size_t> left(hits.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  std::vector<double> nearest(hits.size(), -1.0);  // the largest cosine to a chosen hit
  while (chosen.size() < k && !left.empty()) {
    const auto marginal_relevance = [&](std::size_t i) {
      const double repeats = chosen.empty() ? 0 : nearest[i];
      return lambda * hits[i].score - (1 - lambda) * repeats;
    };
    // The first is the most relevant whatever lambda is, since there is nothing to differ from.
    const auto best = chosen.empty() ? std::ranges::max_element(
                                           left, {}, [&](std::size_t i) { return hits[i].score; })
                                     : std::ranges::max_element(left, {}, marginal_relevance);
    const std::size_t next = *best;
    left.erase(best);
    chosen.push_back(hits[next]);
    for (const std::size_t i : left) {
      nearest[i] = std::max(nearest[i], cosine(vectors.row(i), vectors.row(next)));
    }
  }
  return chosen;
}

}  // namespace m2v
