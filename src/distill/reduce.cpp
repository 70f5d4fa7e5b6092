#include "distill/reduce.h"

#include <string>

#include "math/pca.h"

namespace m2v::distillation {
namespace {

constexpr std::string_view kStage = "pca";

}  // namespace

Reduced reduce(Matrix vectors, const Pca& rule, unsigned threads, const core::Events& events) {
  if (std::holds_alternative<PcaNone>(rule)) return {.vectors = std::move(vectors)};
  std::size_t dims = vectors.cols;
  if (const auto* wanted = std::get_if<PcaDims>(&rule)) {
    dims = wanted->dims;
    if (dims > vectors.cols) {
      events.warn(kStage, "PCA was asked for " + std::to_string(dims) +
                              " dimensions, but the teacher has " + std::to_string(vectors.cols) +
                              "; keeping them all");
      dims = vectors.cols;
    }
  }
  const auto* share = std::get_if<PcaVariance>(&rule);
  if (vectors.rows < 2 || (share == nullptr && dims >= vectors.rows)) {
    events.warn(kStage, "PCA is left out: " + std::to_string(dims) +
                            " dimensions need more tokens than the " +
                            std::to_string(vectors.rows) + " there are");
    return {.vectors = std::move(vectors)};
  }
  const math::Pca pca = math::fit_pca(vectors, threads);
  if (share != nullptr) dims = math::components_for(pca, share->fraction);
  return {.vectors = math::pca_scores(pca, vectors, dims, threads),
          .explained_variance = math::explained_variance(pca, dims)};
}

}  // namespace m2v::distillation
