#pragma once

#include "core/json.h"

namespace m2v::encoder {

enum class Activation {
  kNone,
  kGelu,      ///< x/2 (1 + erf(x / sqrt 2)), exact.
  kGeluTanh,  ///< The approximation by tanh.
  kRelu,
  kSilu,
  kTanh,
};

/// The activation of a config's `hidden_act`. Throws FormatError, listing the names, for others.
Activation activation_from_json(const core::JsonAt& name);

}  // namespace m2v::encoder
