#include "distill/precision.h"

#include <algorithm>
#include <vector>

#include "base/cosine.h"
#include "simd/product.h"

namespace m2v::distillation {
namespace {

/// Inputs that are compared: about a hundredth of a usual vocabulary.
constexpr std::size_t kSample = 256;

/// Twenty times the deviation measured for all-MiniLM-L6-v2, and still too small to change the
/// order of search results.
constexpr double kMinAgreement = 0.99999;

/// Returns the smallest cosine between corresponding rows.
double min_cosine(const Matrix& a, const Matrix& b) {
  double least = 1;
  for (std::size_t r = 0; r < a.rows; ++r)
    least = std::min(least, base::cosine(a.row(r), b.row(r)));
  return least;
}

}  // namespace

encoder::Precision first_precision(Precision wanted) noexcept {
  return wanted == Precision::kInt16 ? encoder::Precision::kInt16 : encoder::Precision::kFloat32;
}

PreciseEncoder choose_precision(Precision wanted, encoder::Encoder encoder,
                                const std::filesystem::path& teacher,
                                std::span<const encoder::Sequence> inputs, encoder::Pooling pooling,
                                unsigned threads) {
  const encoder::Precision first = first_precision(wanted);
  if (wanted != Precision::kAuto || inputs.empty() || !simd::fixed_is_fast()) {
    return {.encoder = std::move(encoder), .precision = first, .agreement = {}};
  }
  std::vector<encoder::Sequence> sample;
  const std::size_t step = (inputs.size() + kSample - 1) / kSample;
  for (std::size_t i = 0; i < inputs.size(); i += step) sample.push_back(inputs[i]);
  encoder::Encoder fast = encoder::Encoder::load(teacher, encoder::Precision::kInt16);
  const double agreement =
      min_cosine(encoder.encode(sample, pooling, threads), fast.encode(sample, pooling, threads));
  const bool faithful = agreement >= kMinAgreement;
  return {.encoder = std::move(faithful ? fast : encoder),
          .precision = faithful ? encoder::Precision::kInt16 : first,
          .agreement = agreement};
}

std::string_view precision_name(encoder::Precision precision) noexcept {
  return precision == encoder::Precision::kInt16 ? "int16" : "f32";
}

}  // namespace m2v::distillation
