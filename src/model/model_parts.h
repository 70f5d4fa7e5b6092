#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "m2v/static_model.h"
#include "m2v/types.h"
#include "model/model_card.h"

namespace m2v::model {

/// The parts from which a StaticModel is made in memory.
struct ModelParts {
  std::vector<std::byte> table;  ///< [rows, dim] values of type `dtype`, row-major.
  DType dtype = DType::kFloat32;
  std::size_t rows = 0;
  std::size_t dim = 0;
  std::vector<double> weights;         ///< One per token id; if empty, all are 1.
  std::vector<float> scales;           ///< Factor of each row; if empty, all are 1.
  std::vector<std::uint32_t> mapping;  ///< Row of each token id; if empty, the row is the id.
  std::string tokenizer_json;
  base::Json config;  ///< An object; `normalize` and `max_length` are read from it.
  model::CardData card;
};

/// Makes a model of the parts. Throws FormatError if they do not fit each other.
StaticModel make_model(ModelParts parts);

}  // namespace m2v::model
