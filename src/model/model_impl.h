#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/flat_array.h"
#include "base/json.h"
#include "formats/sections.h"
#include "m2v/static_model.h"
#include "model/model_folder.h"
#include "model/model_parts.h"
#include "simd/pool.h"

namespace m2v {

/// The data of a StaticModel. `table`, `tensors` and `tokenizer_json` point into `folder` (for a
/// model from disk), into `parts` (for one made in memory) or to memory that `owner` keeps alive
/// (the caller's arrays); therefore it can be neither moved nor copied.
struct StaticModel::Impl {
  explicit Impl(Tokenizer loaded) : tokenizer(std::move(loaded)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  model::ModelFolder folder;
  model::ModelParts parts;
  std::shared_ptr<const void> owner;

  Tokenizer tokenizer;
  std::string_view tokenizer_json;
  std::vector<formats::TensorView> tensors;  ///< All tensors as they are saved; the table is first.

  simd::TableView table;
  std::size_t rows = 0;             ///< Number of rows of `table`.
  base::FlatArray<double> weights;  ///< By token id, with the row's scale; empty if all are 1.
  std::vector<double> scales;       ///< By row, as in the file; empty if all are 1.
  bool has_weights = false;         ///< The file has weights; scales alone do not count.
  bool wide_weights = false;        ///< The weights are stored as float64.
  base::FlatArray<std::uint32_t> mapping;  ///< Row by token id; if empty, the row is the id.

  base::Json config;
  bool normalize = false;
  std::size_t max_length = 512;         ///< In tokens; kNoLimit for no limit.
  std::size_t median_token_length = 0;  ///< In code points.
  model::CardData card;
};

namespace model {

/// Returns the type in which safetensors files store a table of this dtype.
formats::TensorType tensor_type_of(DType dtype) noexcept;

/// Completes a model whose tokenizer, tensors and config are set: reads `normalize` and
/// `max_length` from the config, computes the median token length, and multiplies the weights by
/// the rows' scales. Throws FormatError, naming `file`, if a token id has no row or, where there
/// are weights, no weight.
void finish_model(StaticModel::Impl& model, const std::string& file);

/// Adds the values that finish_model() computed to a compiled model, so that loading it does not
/// compute them again.
void save_metadata(const StaticModel::Impl& model, formats::Sections& sections);

/// Loads a compiled model, whose sections are used in place. Throws IoError or FormatError.
std::shared_ptr<StaticModel::Impl> load_compiled(formats::Sections sections);

}  // namespace model
}  // namespace m2v
