#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "m2v/static_model.h"
#include "m2v/types.h"
#include "train/embedding_table.h"

namespace m2v::train {

/// Returns rows of a model's table as float32 [rows, dim], multiplied by their scales. NaN becomes
/// 0, and infinities become the largest finite float.
Matrix float_rows(const StaticModel& model, std::span<const std::uint32_t> rows);

/// Returns the weights of all tokens as float32, by id; empty if the model has none.
std::vector<float> float_weights(const StaticModel& model);

/// Returns the model with the results of training: the tokens `tokens` get the weights `weights`
/// (empty: none), and the rows `rows` get the values of `table`. Weights are multiplied into the
/// rows, unless tokens share rows.
StaticModel with_rows(const StaticModel& model, std::span<const std::uint32_t> tokens,
                      std::span<const float> weights, std::span<const std::uint32_t> rows,
                      const EmbeddingTable& table, bool normalize, std::size_t max_length);

}  // namespace m2v::train
