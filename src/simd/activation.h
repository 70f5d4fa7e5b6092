#pragma once

namespace m2v::simd {

/// What a layer of a network applies to each of its outputs.
enum class Activation {
  kNone,
  kGelu,      ///< x/2 (1 + erf(x / sqrt 2)), exact.
  kGeluTanh,  ///< The approximation by tanh.
  kRelu,
  kSilu,
  kTanh,
};

}  // namespace m2v::simd
