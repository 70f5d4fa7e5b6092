#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json.h"
#include "encoder/activation.h"

namespace m2v::encoder {

// Settings that families read from config.json. All functions throw FormatError, with the JSON
// path, if a value is invalid. Functions named ..._or return `fallback` if the key is absent.

/// Returns a required whole number from 1 to 2^31.
std::size_t positive(const base::JsonAt& config, std::string_view key);
/// Returns an optional whole number from 1 to 2^31.
std::size_t positive_or(const base::JsonAt& config, std::string_view key, std::size_t fallback);

/// Returns the epsilon of a norm, finite and at least 0.
float epsilon_or(const base::JsonAt& config, std::string_view key, double fallback);

/// Returns an activation by its name, see activation_from_json().
Activation activation_or(const base::JsonAt& config, std::string_view key, Activation fallback);

/// Throws FormatError with the message `problem` unless the boolean is absent, null or `wanted`.
void expect(const base::JsonAt& config, std::string_view key, bool wanted,
            const std::string& problem);

/// The sizes of multi-head attention. `kv_heads` divides `heads`.
struct HeadShape {
  std::size_t heads, kv_heads, head_dim;

  /// The values of Q per position.
  std::size_t query_width() const noexcept { return heads * head_dim; }
  /// The values of Q, K and V per position.
  std::size_t width() const noexcept { return (heads + 2 * kv_heads) * head_dim; }
};

/// Returns heads that divide the hidden size evenly: head_dim = hidden / heads.
HeadShape even_heads(const base::JsonAt& config, std::string_view heads_key, std::size_t hidden);
/// Reads num_attention_heads and, if present, num_key_value_heads and head_dim.
HeadShape grouped_heads(const base::JsonAt& config, std::size_t hidden);

}  // namespace m2v::encoder
