#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/json.h"
#include "encoder/activation.h"

namespace m2v::encoder {

// What families read from config.json. All throw FormatError, with the JSON path.

/// A whole number of at least 1; required.
std::size_t positive(const core::JsonAt& config, std::string_view key);
std::size_t positive_or(const core::JsonAt& config, std::string_view key, std::size_t fallback);

/// The small number in a norm: finite, at least 0.
float epsilon_or(const core::JsonAt& config, std::string_view key, double fallback);

Activation activation_or(const core::JsonAt& config, std::string_view key, Activation fallback);

/// Throws unless the boolean is absent, null or `wanted`.
void expect(const core::JsonAt& config, std::string_view key, bool wanted,
            const std::string& problem);

struct HeadShape {
  std::size_t heads, kv_heads, head_dim;

  std::size_t query_width() const noexcept { return heads * head_dim; }
  std::size_t width() const noexcept { return (heads + 2 * kv_heads) * head_dim; }
};

/// Heads that divide the hidden states among them.
HeadShape even_heads(const core::JsonAt& config, std::string_view heads_key, std::size_t hidden);
/// num_attention_heads, and what decoders may say besides: num_key_value_heads, head_dim.
HeadShape grouped_heads(const core::JsonAt& config, std::size_t hidden);

}  // namespace m2v::encoder
