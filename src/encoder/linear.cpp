#include "encoder/linear.h"

#include <algorithm>
#include <stdexcept>

#include "simd/product.h"
#include "simd/product_strassen.h"

namespace m2v::encoder {
namespace {

template <typename T>
T* allocate(WeightMemory& memory, std::size_t count) {
  return static_cast<T*>(memory.allocate(count * sizeof(T)));
}

}  // namespace

Linear::Linear(std::span<const float> weight, std::span<const float> bias, std::size_t inputs,
               std::size_t outputs, Activation activation, Output output, const Packing& packing)
    : inputs_(inputs), outputs_(outputs), activation_(activation), output_(output) {
  if (weight.size() != inputs * outputs || (!bias.empty() && bias.size() != outputs)) {
    throw std::invalid_argument("Linear: the weight or the bias has the wrong size");
  }
  WeightMemory& memory = *packing.memory;
  const std::size_t columns = simd::padded_columns(outputs);
  auto* own_bias = allocate<float>(memory, columns);  // zeros
  std::ranges::copy(bias, own_bias);
  bias_ = own_bias;
  if (packing.precision == Precision::kInt16) {
    auto* integers = allocate<std::int16_t>(memory, columns * simd::fixed_depth(inputs));
    auto* scales = allocate<float>(memory, columns);
    simd::pack_fixed(weight.data(), outputs, inputs, integers, scales);
    integers_ = integers;
    scales_ = scales;
  } else {
    auto* floats = allocate<float>(memory, columns * inputs);
    simd::pack(weight.data(), outputs, inputs, floats);
    floats_ = floats;
    auto* sums = allocate<float>(memory, simd::packed_sums_size(outputs, inputs));
    if (simd::packed_sums_size(outputs, inputs) > 0) simd::pack_sums(floats, outputs, inputs, sums);
    sums_ = sums;
  }
}

void Linear::apply(const float* x, std::size_t rows, float* y, LinearScratch& scratch) const {
  const simd::ProductShape shape{.rows = rows, .depth = inputs_, .columns = outputs_};
  const simd::Epilogue epilogue{
      .bias = bias_, .activation = activation_, .add = output_ == Output::kAdd};
  if (floats_ != nullptr) {
    const std::size_t wanted = simd::strassen_scratch_size(shape);
    if (scratch.sums.size() < wanted) scratch.sums = Floats::zeros(wanted);
    simd::multiply_strassen(x, floats_, sums_, shape, epilogue, {scratch.sums.data(), wanted}, y);
    return;
  }
  const std::size_t padded = simd::padded_rows(rows);
  const std::size_t wanted = padded * simd::fixed_depth(inputs_);
  if (scratch.integers.size() < wanted) scratch.integers.resize(wanted);
  if (scratch.scales.size() < padded) scratch.scales.resize(padded);
  simd::to_fixed(x, padded, inputs_, scratch.integers.data(), scratch.scales.data());
  simd::multiply_fixed(scratch.integers.data(), scratch.scales.data(), integers_, scales_,
                       {padded, inputs_, outputs_}, epilogue, y);
}

}  // namespace m2v::encoder
