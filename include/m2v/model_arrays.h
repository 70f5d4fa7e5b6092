#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/export.h"
#include "m2v/static_model.h"
#include "m2v/tokenizer.h"
#include "m2v/types.h"

// Builds a static model from arrays in memory, or takes one apart.
//
//   m2v::ModelArrays arrays = m2v::model_arrays(model);
//   arrays.weights = new_weights;  // must outlive the new model
//   const auto other = m2v::model_from_arrays(arrays);

namespace m2v {

/// The parts of a static model. The arrays are views; `owner` keeps the memory that they refer to
/// alive.
struct ModelArrays {
  Tokenizer tokenizer;
  std::string_view tokenizer_json;  ///< The JSON of `tokenizer`; saved unchanged.
  const void* table = nullptr;      ///< Row-major [rows, dim] of `dtype`; any alignment.
  DType dtype = DType::kFloat32;
  std::size_t rows = 0, dim = 0;
  std::span<const double> weights = {};        ///< One per token id; empty: none.
  std::span<const std::int32_t> mapping = {};  ///< Row of each token id; empty: the id.
  std::span<const float> scales = {};          ///< Factor of each row; empty: none.
  std::string config_json = "{}";              ///< Supplies `normalize` and `max_length`.
  std::string base_model = {};                 ///< For the model card; empty if unknown.
  std::string license = "mit";  ///< For the model card, by default as in model2vec; empty: none.
  std::vector<std::string> languages = {};  ///< For the model card.
  std::vector<std::string> tags = {};       ///< For the model card.
  std::string card_lines = {};  ///< More YAML for the front matter of the model card, verbatim.
  std::shared_ptr<const void> owner = {};  ///< Keeps the arrays alive; may be null.
};

/// Makes a model that uses the arrays in place. The arrays and tokenizer_json must not change,
/// and must exist as long as the model and its copies, which hold `owner` for that purpose. Throws
/// FormatError if the parts do not fit together.
[[nodiscard]] M2V_API StaticModel model_from_arrays(const ModelArrays& arrays);

/// Returns the arrays of a model; config_json has `normalize` and `max_length` as they were when it
/// was loaded. The `owner` of the result keeps the model and the arrays alive.
[[nodiscard]] M2V_API ModelArrays model_arrays(const StaticModel& model);

}  // namespace m2v
