#include "encoder/transformer_settings.h"

#include <cmath>

namespace m2v::encoder {
namespace {

/// The largest setting: more than any model's, and such that products of two fit in 64 bits.
constexpr std::size_t kMaxSetting = std::size_t{1} << 31;

}  // namespace

std::size_t positive(const base::JsonAt& config, std::string_view key) {
  const base::JsonAt value = config.at(key);
  if (value.natural() == 0) value.fail("must be at least 1");
  if (value.natural() > kMaxSetting) value.fail("is too large");
  return value.natural();
}

std::size_t positive_or(const base::JsonAt& config, std::string_view key, std::size_t fallback) {
  return config.get(key) ? positive(config, key) : fallback;
}

float epsilon_or(const base::JsonAt& config, std::string_view key, double fallback) {
  const auto epsilon = static_cast<float>(config.number_or(key, fallback));
  if (!std::isfinite(epsilon) || epsilon < 0) config.at(key).fail("must be a number of at least 0");
  return epsilon;
}

Activation activation_or(const base::JsonAt& config, std::string_view key, Activation fallback) {
  const auto name = config.get(key);
  return name ? activation_from_json(*name) : fallback;
}

void expect(const base::JsonAt& config, std::string_view key, bool wanted,
            const std::string& problem) {
  if (config.boolean_or(key, wanted) != wanted) config.at(key).fail(problem);
}

HeadShape even_heads(const base::JsonAt& config, std::string_view heads_key, std::size_t hidden) {
  const std::size_t heads = positive(config, heads_key);
  if (hidden % heads != 0) config.at(heads_key).fail("does not divide the hidden size");
  return {.heads = heads, .kv_heads = heads, .head_dim = hidden / heads};
}

HeadShape grouped_heads(const base::JsonAt& config, std::size_t hidden) {
  HeadShape shape{};
  shape.heads = positive(config, "num_attention_heads");
  shape.kv_heads = positive_or(config, "num_key_value_heads", shape.heads);
  if (shape.heads % shape.kv_heads != 0) {
    config.at("num_key_value_heads").fail("does not divide num_attention_heads");
  }
  if (!config.get("head_dim") && hidden % shape.heads != 0) {
    config.at("num_attention_heads").fail("does not divide hidden_size");
  }
  shape.head_dim = positive_or(config, "head_dim", hidden / shape.heads);
  return shape;
}

}  // namespace m2v::encoder
