#pragma once

namespace m2v::simd {

/// The function that a layer of a network applies to each of its outputs.
enum class Activation {
  kNone,      ///< The identity.
  kGelu,      ///< x/2 (1 + erf(x / sqrt(2))): the exact GELU.
  kGeluTanh,  ///< The tanh approximation of GELU.
  kRelu,      ///< max(x, 0).
  kSilu,      ///< x / (1 + exp(-x)), also called swish.
  kTanh,
};

}  // namespace m2v::simd
