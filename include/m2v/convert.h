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

namespace m2v {

/// What a static model is to become. What has no value stays as it is.
struct ConvertOptions {
  /// Keeps the tokens that these texts need, with their vectors: the texts have the same vectors as
  /// before. Tokens of one character that occurs in them stay too, so that other texts in the same
  /// languages can be read.
  std::optional<Texts> prune_to;
  /// The number of rows that all tokens share: k-means over the rows if the model has weights, else
  /// over the rows as unit vectors, whose lengths become the weights.
  std::optional<std::size_t> vocabulary_quantization;
  std::optional<DType> dtype;       ///< float16, float32, float64 or int8.
  std::optional<std::size_t> dims;  ///< The first dimensions of every row.
  Int8Scale int8_scale = Int8Scale::kTable;
  unsigned threads = 0;  ///< 0: as many as the machine has.
};

/// Makes a smaller model of a model: fewer tokens, shared rows, dtype and dimensions, in
/// this order. Throws
/// std::invalid_argument for options that the model does not allow (a second vocabulary
/// quantization, more rows or dimensions than there are), Cancelled.
M2V_DISTILL_API StaticModel convert(const StaticModel& model, const ConvertOptions& options,
                                    const OnEvent& on_event = {});

/// A few vectors that stand for many.
struct SharedRows {
  Matrix rows;
  std::vector<std::uint32_t> mapping;  ///< Which of them stands for each vector.
};

/// Finds `count` vectors that stand for these by k-means, which is what vocabulary quantization
/// does with a table; the same ones on any number of threads. Throws std::invalid_argument if
/// there are fewer vectors than that, Cancelled.
M2V_DISTILL_API SharedRows share_rows(MatrixView vectors, std::size_t count, unsigned threads = 0,
                                      const OnEvent& on_event = {});

}  // namespace m2v
