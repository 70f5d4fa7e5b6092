#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "m2v/static_model.h"
#include "m2v/types.h"
#include "train/embedding_table.h"

namespace m2v::train {

/// Rows of a model's table as float32 values: times the rows' scales, NaN as 0, infinities as the
/// largest float.
Matrix float_rows(const StaticModel& model, std::span<const std::uint32_t> rows);

/// The weights of the tokens as float32; empty if the model has none.
std::vector<float> float_weights(const StaticModel& model);

/// What training changed, put back into a whole model: of the tokens `tokens` the weights are
/// `weights` (empty: none), of the rows `rows` the values are the table's. Weights are multiplied
/// into the rows, unless tokens share rows.
StaticModel with_rows(const StaticModel& model, std::span<const std::uint32_t> tokens,
                      std::span<const float> weights, std::span<const std::uint32_t> rows,
                      const EmbeddingTable& table, bool normalize, std::size_t max_length);

}  // namespace m2v::train
