#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "m2v/distill.h"
#include "m2v/event.h"
#include "m2v/export.h"
#include "m2v/static_model.h"
#include "m2v/types.h"

// Makes models smaller: fewer tokens, shared rows, smaller dtypes, fewer dimensions.
//
//   const auto small = m2v::convert(model, {.dtype = m2v::DType::kInt8, .dims = 128});

namespace m2v {

/// What to change in a model. Options without a value leave it unchanged.
struct ConvertOptions {
  /// Keeps only the tokens that these texts need, so that their vectors do not change. Tokens of a
  /// single character that occurs in the texts are kept as well, so that other texts in the same
  /// languages can still be tokenized.
  std::optional<Texts> prune_to;
  /// The number of rows for all tokens to share, found by k-means: over the rows if the model has
  /// weights, otherwise over the rows scaled to length 1, whose lengths become the weights.
  std::optional<std::size_t> vocabulary_quantization;
  std::optional<DType> dtype;       ///< New dtype: float16, float32, float64 or int8.
  std::optional<std::size_t> dims;  ///< Number of dimensions to keep; the first ones of every row.
  Int8Scale int8_scale = Int8Scale::kTable;  ///< How int8 tables are scaled.
  unsigned threads = 0;                      ///< 0: one per hardware thread.
};

/// Returns a converted copy of a model: it prunes the vocabulary, shares rows, changes the dtype
/// and cuts dimensions, in this order. Throws std::invalid_argument if the model does not allow an
/// option (its vocabulary is quantized already, or it has fewer rows or dimensions), or Cancelled.
[[nodiscard]] M2V_DISTILL_API StaticModel convert(const StaticModel& model,
                                                  const ConvertOptions& options,
                                                  const OnEvent& on_event = {});

/// A small number of vectors that represent many.
struct SharedRows {
  Matrix rows;                         ///< The representatives, [count, columns].
  std::vector<std::uint32_t> mapping;  ///< Row of the representative of each vector.
};

/// Finds `count` representatives of some vectors by k-means, as vocabulary quantization does for a
/// table. The result does not depend on the number of threads. Throws std::invalid_argument if
/// `count` is 0 or exceeds the number of vectors, or Cancelled.
[[nodiscard]] M2V_DISTILL_API SharedRows share_rows(MatrixView vectors, std::size_t count,
                                                    unsigned threads = 0,
                                                    const OnEvent& on_event = {});

}  // namespace m2v
