#include "train/model_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/impl_access.h"
#include "model/model_impl.h"
#include "model/model_parts.h"
#include "simd/pool.h"

namespace m2v::train {
namespace {

float finite(float value) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  return std::isnan(value) ? 0.0f : std::clamp(value, -kLargest, kLargest);
}

std::vector<std::uint32_t> up_to(std::size_t count) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

/// Writes rows, multiplied by their scales and made finite, to `out` [rows, dim].
void read_rows(const StaticModel& model, std::span<const std::uint32_t> rows, float* out) {
  const StaticModel::Impl& impl = impl_of(model);
  std::vector<std::size_t> offsets(rows.size() + 1);
  std::iota(offsets.begin(), offsets.end(), 0);
  std::vector<double> float64_sums(model.dim());
  simd::pool_rows({.table = impl.table,
                   .rows = rows.data(),
                   .offsets = offsets.data(),
                   .texts = rows.size(),
                   .out = out,
                   .scratch = float64_sums});
  for (const std::uint32_t row : rows) {
    const float scale = impl.scales.empty() ? 1.0f : static_cast<float>(impl.scales[row]);
    for (float* const end = out + model.dim(); out != end; ++out) *out = finite(*out * scale);
  }
}

}  // namespace

Matrix float_rows(const StaticModel& model, std::span<const std::uint32_t> rows) {
  Matrix result{std::vector<float>(rows.size() * model.dim()), rows.size(), model.dim()};
  read_rows(model, rows, result.data.data());
  return result;
}

std::vector<float> float_weights(const StaticModel& model) {
  const StaticModel::Impl& impl = impl_of(model);
  std::vector<float> weights;
  if (!impl.has_weights) return weights;
  for (std::size_t id = 0; id < impl.weights.size(); ++id) {
    const std::size_t row = impl.mapping.empty() ? id : impl.mapping[id];
    const double scale = impl.scales.empty() ? 1.0 : impl.scales[row];  // impl.weights includes it
    weights.push_back(scale == 0 ? 0.0f : static_cast<float>(impl.weights[id] / scale));
  }
  return weights;
}

StaticModel with_rows(const StaticModel& model, std::span<const std::uint32_t> tokens,
                      std::span<const float> weights, std::span<const std::uint32_t> rows,
                      const EmbeddingTable& table, bool normalize, std::size_t max_length) {
  const StaticModel::Impl& impl = impl_of(model);
  model::ModelParts parts;
  parts.rows = impl.rows;
  parts.dim = model.dim();
  parts.table.resize(parts.rows * parts.dim * sizeof(float));
  // In place, since the table may be large.
  auto* const values = reinterpret_cast<float*>(parts.table.data());
  read_rows(model, up_to(parts.rows), values);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::copy_n(table.row(r), parts.dim, values + rows[r] * parts.dim);
  }
  std::vector<float> all = float_weights(model);
  if (!weights.empty()) {
    const std::size_t ids = impl.mapping.empty() ? impl.rows : impl.mapping.size();
    if (all.empty()) all.assign(ids, 1.0f);
    for (std::size_t t = 0; t < tokens.size(); ++t) all[tokens[t]] = weights[t];
  }

  if (impl.mapping.empty()) {
    for (std::size_t r = 0; r < std::min(all.size(), parts.rows); ++r) {
      for (std::size_t d = 0; d < parts.dim; ++d) values[r * parts.dim + d] *= all[r];
    }
  } else {
    parts.weights.assign(all.begin(), all.end());
    parts.mapping.assign(impl.mapping.begin(), impl.mapping.end());
  }
  parts.tokenizer_json = std::string(impl.tokenizer_json);
  parts.config = impl.config;
  parts.config.set("normalize", normalize);
  parts.config.set("max_length", max_length == kNoLimit
                                     ? base::Json(nullptr)
                                     : base::Json(static_cast<std::int64_t>(max_length)));
  parts.card = impl.card;
  return model::make_model(std::move(parts));
}

}  // namespace m2v::train
