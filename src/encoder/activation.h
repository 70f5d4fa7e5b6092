#pragma once

#include "core/json.h"
#include "simd/activation.h"

namespace m2v::encoder {

using simd::Activation;

/// The activation of a config's `hidden_act`. Throws FormatError, listing the names, for others.
Activation activation_from_json(const core::JsonAt& name);

}  // namespace m2v::encoder
