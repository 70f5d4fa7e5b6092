#include "distill/reduce.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace m2v::distillation {
namespace {

constexpr std::string_view kStage = "pca";

/// Components with a smaller fraction of the first one's variance are noise and are not scaled up
/// further.
constexpr double kMinVarianceFraction = 1e-9;

/// Returns how many of `most` dimensions a rule keeps, unless it is a fraction of the variance.
std::size_t wanted_dims(const Pca& rule, std::size_t most) {
  const auto* dims = std::get_if<PcaDims>(&rule);
  return dims != nullptr ? std::min(dims->dims, most) : most;
}

void warn_of_too_many(const Pca& rule, std::size_t most, const base::Events& events) {
  const auto* wanted = std::get_if<PcaDims>(&rule);
  if (wanted == nullptr || wanted->dims <= most) return;
  events.warn(kStage, "PCA was asked for " + std::to_string(wanted->dims) +
                          " dimensions, but the teacher has " + std::to_string(most) +
                          "; keeping them all");
}

/// Returns how many of `dims` dimensions remain after dropping. Throws std::invalid_argument if
/// none remains.
std::size_t remaining_dims(std::size_t dims, std::size_t dropped) {
  if (dropped < dims) return dims - dropped;
  throw std::invalid_argument("drop_components: the teacher has " + std::to_string(dims) +
                              " dimensions; fewer than that can be dropped");
}

}  // namespace

Reduced reduce(Matrix vectors, const Reduction& rule, unsigned threads,
               const base::Events& events) {
  if (std::holds_alternative<PcaNone>(rule.pca)) return {.vectors = std::move(vectors)};
  const std::size_t dims =
      wanted_dims(rule.pca, remaining_dims(vectors.cols, rule.drop_components));
  const bool by_variance = std::holds_alternative<PcaVariance>(rule.pca);
  if (vectors.rows < 2 || (!by_variance && dims >= vectors.rows)) {
    warn_of_too_many(rule.pca, remaining_dims(vectors.cols, rule.drop_components), events);
    events.warn(kStage, "PCA is left out: " + std::to_string(dims) +
                            " dimensions need more tokens than the " +
                            std::to_string(vectors.rows) + " there are");
    return {.vectors = std::move(vectors)};
  }
  math::Pca pca = math::fit_pca(vectors, threads);
  Directions directions = choose_directions(pca, rule, events);
  const math::Projection projection{.mean = std::move(pca.mean),
                                    .directions = std::move(directions.values)};
  return {.vectors = math::project(projection, vectors, threads),
          .explained_variance = directions.explained_variance};
}

Directions choose_directions(const math::Pca& pca, const Reduction& rule,
                             const base::Events& events) {
  const std::size_t first = rule.drop_components, most = remaining_dims(pca.dim, first);
  warn_of_too_many(rule.pca, most, events);
  Directions directions;
  if (std::holds_alternative<PcaNone>(rule.pca)) {
    directions.values.assign(pca.dim * pca.dim, 0.0);
    for (std::size_t i = 0; i < pca.dim; ++i) directions.values[i * pca.dim + i] = 1;
    return directions;
  }
  std::size_t count = wanted_dims(rule.pca, most);
  if (const auto* share = std::get_if<PcaVariance>(&rule.pca)) {
    const std::size_t end = math::components_for(pca, share->fraction);
    count = end > first ? end - first : 1;
  }
  const double largest = pca.variances[first];
  for (std::size_t k = first; k < first + count; ++k) {
    const double share = std::max(pca.variances[k] / largest, kMinVarianceFraction);
    const double scale = largest > 0 ? std::pow(share, -rule.whitening) : 1;
    const double* const component = pca.components.data() + k * pca.dim;
    for (std::size_t i = 0; i < pca.dim; ++i) directions.values.push_back(scale * component[i]);
  }
  directions.explained_variance = math::explained_variance(pca, first + count);
  if (first > 0) directions.explained_variance -= math::explained_variance(pca, first);
  return directions;
}

}  // namespace m2v::distillation
