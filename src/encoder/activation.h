#pragma once

#include "base/json.h"
#include "simd/activation.h"

namespace m2v::encoder {

using simd::Activation;

/// Returns the activation that a config names, e.g. in `hidden_act`. Throws FormatError, which
/// lists the known names, if it is not one of them.
Activation activation_from_json(const base::JsonAt& name);

}  // namespace m2v::encoder
