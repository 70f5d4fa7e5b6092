#include "encoder/rotary.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>

#include "simd/transformer.h"

namespace m2v::encoder {
namespace {

double positive_number(const base::JsonAt& value) {
  const double number = value.number();
  if (!std::isfinite(number) || number <= 0) value.fail("must be a number above 0");
  return number;
}

/// Llama 3's scaling for longer texts: low frequencies are divided by a factor and high ones are
/// kept, with a smooth transition in between.
void scale_like_llama3(Rotary& rotary, const base::JsonAt& scaling) {
  const double factor = positive_number(scaling.at("factor"));
  const double low = positive_number(scaling.at("low_freq_factor"));
  const double high = positive_number(scaling.at("high_freq_factor"));
  const double length = positive_number(scaling.at("original_max_position_embeddings"));
  if (high <= low) scaling.at("high_freq_factor").fail("must be above low_freq_factor");
  for (float& frequency : rotary.frequencies) {
    const double turns = length * static_cast<double>(frequency) / (2 * std::numbers::pi);
    const double kept = std::clamp((turns - low) / (high - low), 0.0, 1.0);
    frequency = static_cast<float>(frequency * (kept + (1 - kept) / factor));
  }
}

/// Returns the object with rope_type and its parameters, if any.
std::optional<base::JsonAt> find_scaling(const base::JsonAt& config, std::string_view kind) {
  if (const auto parameters = config.get("rope_parameters")) {
    const auto own = kind.empty() ? std::nullopt : parameters->get(kind);
    return own ? own : parameters;
  }
  return config.get("rope_scaling");
}

}  // namespace

Rotary Rotary::plain(std::size_t rotated, double base) {
  Rotary rotary;
  for (std::size_t i = 0; i < rotated / 2; ++i) {
    const double exponent = 2 * static_cast<double>(i) / static_cast<double>(rotated);
    rotary.frequencies.push_back(static_cast<float>(std::pow(base, -exponent)));
  }
  return rotary;
}

Rotary Rotary::from_config(const base::JsonAt& config, std::size_t head_dim, double base,
                           std::string_view kind) {
  if (const auto theta = config.get("rope_theta")) base = positive_number(*theta);
  const auto scaling = find_scaling(config, kind);
  if (scaling) {
    if (const auto theta = scaling->get("rope_theta")) base = positive_number(*theta);
  }
  const auto rotated = static_cast<double>(head_dim) * config.number_or("partial_rotary_factor", 1);
  if (!(rotated >= 2) || rotated > static_cast<double>(head_dim)) {
    config.fail("partial_rotary_factor leaves nothing of a head, or more than all, to be turned");
  }
  Rotary rotary = plain(static_cast<std::size_t>(rotated) / 2 * 2, base);
  if (!scaling) return rotary;
  const char* const key = scaling->get("rope_type") ? "rope_type" : "type";
  const std::string type = scaling->string_or(key, "default");
  // "dynamic" only changes texts longer than max_position_embeddings, which are rejected.
  if (type == "default" || type == "dynamic") return rotary;
  if (type == "linear") {
    const auto factor = static_cast<float>(positive_number(scaling->at("factor")));
    for (float& frequency : rotary.frequencies) frequency /= factor;
    return rotary;
  }
  if (type == "llama3") {
    scale_like_llama3(rotary, *scaling);
    return rotary;
  }
  if (type == "ntk") {
    // As in the GTE models: the base is multiplied by the factor, and all frequencies are divided
    // by factor^(2 / dim).
    const double factor = positive_number(scaling->at("factor"));
    const auto dim = static_cast<double>(rotary.rotated());
    rotary = plain(rotary.rotated(), base * factor);
    for (float& frequency : rotary.frequencies) {
      frequency = static_cast<float>(frequency / std::pow(factor, 2 / dim));
    }
    return rotary;
  }
  scaling->at(key).fail("rotary scaling \"" + type +
                        "\" is not known; known are default, dynamic, linear, llama3, ntk");
}

void Rotary::apply(float* x, std::size_t rows, std::size_t stride, std::size_t heads,
                   std::size_t head_dim, std::size_t length) const {
  std::vector<float> cosines, sines;
  for (std::size_t position = 0; position < length; ++position) {
    for (const float frequency : frequencies) {
      const float angle = static_cast<float>(position) * frequency;
      cosines.push_back(std::cos(angle));
      sines.push_back(std::sin(angle));
    }
  }
  simd::rotate(x, {.rows = rows, .stride = stride, .pieces = heads, .dim = head_dim}, length,
               rotated(), cosines.data(), sines.data());
}

}  // namespace m2v::encoder
