#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "m2v/types.h"

namespace m2v::distillation {

/// The embedding table: every row times its weight, in float64, then rounded once to the dtype.
///
/// int8: scale = max|x| / 127 over the table; x rounded to float16, the quotient x / scale rounded
/// to float16 again, then to the nearest even integer, clipped to ±127. A table of zeros stays so.
/// bfloat16 is not among the dtypes of a new model: std::invalid_argument.
std::vector<std::byte> make_table(MatrixView vectors, std::span<const double> weights, DType dtype,
                                  unsigned threads);

}  // namespace m2v::distillation
