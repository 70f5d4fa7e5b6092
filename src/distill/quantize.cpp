#include "distill/quantize.h"

#include <stdexcept>
#include <string>

#include "math/kmeans.h"

namespace m2v {

SharedRows share_rows(MatrixView vectors, std::size_t count, unsigned threads,
                      const OnEvent& on_event) {
  return distillation::share_rows(vectors, count, threads, base::Events(on_event));
}

namespace distillation {

SharedRows share_rows(MatrixView vectors, std::size_t count, unsigned threads,
                      const base::Events& events) {
  if (count == 0 || count > vectors.rows) {
    throw std::invalid_argument("vocabulary_quantization: " + std::to_string(count) +
                                " rows, but there are " + std::to_string(vectors.rows) +
                                " tokens; ask for 1 to " + std::to_string(vectors.rows));
  }
  math::KMeansOptions options;
  options.threads = threads;
  math::KMeans found =
      math::k_means(vectors, count, options, [&](std::size_t done, std::size_t total) {
        events.progress("vocabulary quantization", done, total);
      });
  return {.rows = std::move(found.centers), .mapping = std::move(found.nearest)};
}

}  // namespace distillation
}  // namespace m2v
