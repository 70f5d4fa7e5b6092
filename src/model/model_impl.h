#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/flat_array.h"
#include "core/json.h"
#include "core/sections.h"
#include "embed/model_parts.h"
#include "m2v/static_model.h"
#include "simd/pool.h"
#include "store/model_folder.h"

namespace m2v {

/// What a StaticModel holds. `table`, `tensors` and `tokenizer_json` point into `folder` (a model
/// from disk), `parts` (one made in memory) or to what `owner` keeps (the caller's arrays), which
/// is why it is never moved or copied.
struct StaticModel::Impl {
  explicit Impl(Tokenizer loaded) : tokenizer(std::move(loaded)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  store::ModelFolder folder;
  embed::ModelParts parts;
  std::shared_ptr<const void> owner;

  Tokenizer tokenizer;
  std::string_view tokenizer_json;
  std::vector<store::TensorView> tensors;  ///< As they are saved: the table and what is beside it.

  simd::TableView table;
  std::size_t rows = 0;
  core::FlatArray<double> weights;         ///< By token id, times the row's scale; empty: none.
  std::vector<double> scales;              ///< By row, as in the file; empty: none.
  bool has_weights = false;                ///< The file has them.
  bool wide_weights = false;               ///< They are stored as float64.
  core::FlatArray<std::uint32_t> mapping;  ///< Row by token id; empty: the id itself.

  core::Json config;
  bool normalize = false;
  std::size_t max_length = 512;  ///< In tokens; kNoLimit: none.
  std::size_t median_token_length = 0;
  store::CardData card;
};

namespace embed {

store::TensorType tensor_type_of(DType dtype) noexcept;

/// Reads normalize and max_length from the config, computes the median token length, checks that
/// every token id has a row and, if there are weights, a weight, and puts the rows' scales into the
/// weights. `file` is for the errors.
void finish_model(StaticModel::Impl& model, const std::string& file);

/// What was computed of a compiled model, and is not computed again when it is loaded.
void save_figures(const StaticModel::Impl& model, core::Sections& sections);

/// Uses a compiled model's sections where they lie. Throws IoError or FormatError.
std::shared_ptr<StaticModel::Impl> load_compiled(core::Sections sections);

}  // namespace embed
}  // namespace m2v
