#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "m2v/types.h"

namespace m2v {

struct Hit {
  std::uint64_t id = 0;
  float score = 0;  ///< Larger is nearer.
};

enum class Metric {
  kCosine,  ///< In [-1, 1]; 0 against a zero vector.
  kInnerProduct
};

struct SearchOptions {
  unsigned threads = 0;  ///< 0: as many as the machine has.
};

/// Exact nearest neighbours over float32 vectors in memory; there is nothing to build beforehand.
/// search() may run from any number of threads at once, but not beside add().
class Index {
 public:
  /// `dim` is the number of values a vector; at least 1.
  explicit Index(std::size_t dim, Metric metric = Metric::kCosine);
  ~Index();
  Index(Index&&) noexcept;
  Index& operator=(Index&&) noexcept;

  /// Adds one vector a row, copied. Throws std::invalid_argument if the sizes differ, the width is
  /// not dim(), or a value is not finite; nothing is added then.
  void add(std::span<const std::uint64_t> ids, MatrixView vectors);

  /// The k vectors of highest score, best first; ties go to the smaller id. Fewer if the index
  /// holds fewer. Throws std::invalid_argument for a query of another width or not finite.
  std::vector<Hit> search(std::span<const float> query, std::size_t k,
                          const SearchOptions& options = {}) const;
  /// One list a row of `queries`.
  std::vector<std::vector<Hit>> search(MatrixView queries, std::size_t k,
                                       const SearchOptions& options = {}) const;

  std::size_t size() const noexcept;
  std::size_t dim() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace m2v
