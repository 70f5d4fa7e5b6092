#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/json.h"
#include "m2v/static_model.h"
#include "m2v/types.h"
#include "store/model_card.h"

namespace m2v::embed {

/// Everything that a StaticModel is made of, in memory.
struct ModelParts {
  std::vector<std::byte> table;  ///< Row-major [rows, dim] of `dtype`.
  DType dtype = DType::kFloat32;
  std::size_t rows = 0;
  std::size_t dim = 0;
  std::vector<double> weights;         ///< One a token id; empty: none.
  std::vector<float> scales;           ///< What each row is to be multiplied by; empty: nothing.
  std::vector<std::uint32_t> mapping;  ///< Row of each token id; empty: the id itself.
  std::string tokenizer_json;
  core::Json config;  ///< An object; `normalize` and `max_length` are read from it.
  store::CardData card;
};

/// Checks the parts against each other and makes them a model. Throws FormatError.
StaticModel make_model(ModelParts parts);

}  // namespace m2v::embed
