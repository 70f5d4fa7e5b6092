#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "model/model_parts.h"
#include "support/tokenizer_json.h"

namespace m2v::test {

/// The value at one position in the table of a small model. It varies over the table, and is exact
/// in half precision.
inline float small_value(std::size_t row, std::size_t column) {
  return static_cast<float>((row * 7 + column * 3) % 64) / 8 - 3;
}

/// Returns the parts of a float32 model with bert_tokenizer() and a table of small_value(), with
/// `dim` columns.
inline model::ModelParts small_parts(std::size_t dim) {
  model::ModelParts parts;
  const base::Json tokenizer = bert_tokenizer();
  parts.tokenizer_json = tokenizer.dump();
  parts.rows = tokenizer.find("model")->find("vocab")->object().size();
  parts.dim = dim;
  for (std::size_t row = 0; row < parts.rows; ++row) {
    for (std::size_t column = 0; column < dim; ++column) {
      const float value = small_value(row, column);
      const auto* bytes = reinterpret_cast<const std::byte*>(&value);
      parts.table.insert(parts.table.end(), bytes, bytes + sizeof value);
    }
  }
  parts.config =
      base::parse_json(R"({"normalize": false, "max_length": 512, "own_key": [1]})", "test");
  return parts;
}

}  // namespace m2v::test
