// Activations of vectors of floats, compiled once per target. Kernels include this file between
// HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE, which is why its include guard is per target.
#if defined(M2V_SIMD_ACTIVATION_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef M2V_SIMD_ACTIVATION_INL
#undef M2V_SIMD_ACTIVATION_INL
#else
#define M2V_SIMD_ACTIVATION_INL
#endif

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "simd/activation.h"

HWY_BEFORE_NAMESPACE();
namespace m2v::simd {
namespace HWY_NAMESPACE {

/// The error function as x P(x^2) / Q(x^2), accurate to 3e-7. Beyond kErfEnd, erf(x) rounds to 1 in
/// float32. tools/fit_erf.py computes the coefficients.
template <class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V erf(D d, V x) {
  namespace hn = hwy::HWY_NAMESPACE;
  constexpr float kErfEnd = 3.92f;
  constexpr float kErfNumerator[] = {1.12837899f,    0.19276242f,     0.0530602299f,
                                     0.00386824622f, 0.000287475821f, 2.03472564e-06f};
  constexpr float kErfDenominator[] = {1.0f,         0.504162908f,   0.115083911f,
                                       0.015172136f, 0.00118809205f, 3.80703568e-05f};
  x = hn::Min(hn::Max(x, hn::Set(d, -kErfEnd)), hn::Set(d, kErfEnd));
  const V square = hn::Mul(x, x);
  V p = hn::Set(d, kErfNumerator[5]), q = hn::Set(d, kErfDenominator[5]);
  for (int i = 4; i >= 0; --i) {
    p = hn::MulAdd(p, square, hn::Set(d, kErfNumerator[i]));
    q = hn::MulAdd(q, square, hn::Set(d, kErfDenominator[i]));
  }
  return hn::Div(hn::Mul(x, p), q);
}

/// Applies `activation` to each lane of x.
template <class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V activate(D d, Activation activation, V x) {
  namespace hn = hwy::HWY_NAMESPACE;
  const V one = hn::Set(d, 1.0f), half = hn::Set(d, 0.5f);
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kGelu: {
      const V halved = hn::Mul(x, half);
      return hn::MulAdd(halved, erf(d, hn::Mul(x, hn::Set(d, 0.707106781f))), halved);
    }
    case Activation::kGeluTanh: {
      const V cubic = hn::MulAdd(hn::Mul(hn::Set(d, 0.044715f), hn::Mul(x, x)), x, x);
      const V halved = hn::Mul(x, half);
      return hn::MulAdd(halved, hn::Tanh(d, hn::Mul(hn::Set(d, 0.797884561f), cubic)), halved);
    }
    case Activation::kRelu:
      // Comparing in this order keeps NaN, as the other activations do.
      return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Zero(d), x);
    case Activation::kSilu:
      return hn::Div(x, hn::Add(one, hn::Exp(d, hn::Neg(x))));
    case Activation::kTanh:
      return hn::Tanh(d, x);
  }
  return x;
}

}  // namespace HWY_NAMESPACE
}  // namespace m2v::simd
HWY_AFTER_NAMESPACE();

#endif  // per target
