#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/events.h"
#include "m2v/types.h"

namespace m2v::distillation {

/// Rows that tokens share.
struct SharedRows {
  Matrix rows;
  std::vector<std::uint32_t> mapping;  ///< Row of each vector.
};

/// Finds `count` rows for these vectors by k-means. Throws std::invalid_argument if there are fewer
/// vectors than that.
SharedRows share_rows(MatrixView vectors, std::size_t count, unsigned threads,
                      const core::Events& events);

}  // namespace m2v::distillation
