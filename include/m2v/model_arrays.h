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

namespace m2v {

/// What a static model is made of, in memory: for programs that make one of arrays of their own, or
/// take one apart. Arrays are only looked at, where they lie; `owner` keeps them.
struct ModelArrays {
  Tokenizer tokenizer;
  std::string_view tokenizer_json;  ///< What `tokenizer` was read from; saved as it is.
  const void* table = nullptr;      ///< Row-major [rows, dim] of `dtype`, of any alignment.
  DType dtype = DType::kFloat32;
  std::size_t rows = 0, dim = 0;
  std::span<const double> weights = {};        ///< One a token id; empty: none.
  std::span<const std::int32_t> mapping = {};  ///< Row of each token id; empty: the id itself.
  std::span<const float> scales = {};  ///< What each row is to be multiplied by; empty: nothing.
  std::string config_json = "{}";      ///< `normalize` and `max_length` are read from it.
  std::string base_model = {};         ///< For the model card, as what follows; empty if unknown.
  std::string license = "mit";         ///< model2vec's own; empty: the card says none.
  std::vector<std::string> languages = {};
  std::vector<std::string> tags = {};
  std::string card_lines = {};  ///< YAML that the card keeps as it is, beside the above.
  std::shared_ptr<const void> owner = {};
};

/// Makes a model of arrays that stay where they are. They, and the text of the tokenizer, must not
/// change and must live as long as the model and its copies, for which these hold `owner`. Throws
/// FormatError for parts that do not fit together.
M2V_API StaticModel model_from_arrays(const ModelArrays& arrays);

/// The arrays of a model, with `normalize` and `max_length` as it was loaded. `owner` of the result
/// keeps them, the model with them.
M2V_API ModelArrays model_arrays(const StaticModel& model);

}  // namespace m2v
