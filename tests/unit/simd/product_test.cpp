#include "simd/product.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "simd/target.h"
#include "support/float_arrays.h"

using namespace m2v;
using test::exact;
using test::random_values;

namespace {

/// a b^T in float64: a [rows, depth], weight [columns, depth].
std::vector<double> reference_product(const std::vector<float>& a, const std::vector<float>& weight,
                                      const simd::ProductShape& shape) {
  std::vector<double> result(shape.rows * shape.columns);
  for (std::size_t r = 0; r < shape.rows; ++r) {
    for (std::size_t c = 0; c < shape.columns; ++c) {
      for (std::size_t k = 0; k < shape.depth; ++k) {
        result[r * shape.columns + c] +=
            static_cast<double>(a[r * shape.depth + k]) * weight[c * shape.depth + k];
      }
    }
  }
  return result;
}

double activated(simd::Activation activation, double x) {
  switch (activation) {
    case simd::Activation::kNone:
      return x;
    case simd::Activation::kGelu:
      return x / 2 * (1 + std::erf(x / std::sqrt(2.0)));
    case simd::Activation::kGeluTanh:
      return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case simd::Activation::kRelu:
      return std::max(x, 0.0);
    case simd::Activation::kSilu:
      return x / (1 + std::exp(-x));
    case simd::Activation::kTanh:
      return std::tanh(x);
  }
  return x;
}

/// The fixed-point product of plain matrices.
std::vector<float> multiply_fixed(const std::vector<float>& a, const std::vector<float>& weight,
                                  const simd::ProductShape& shape) {
  const std::size_t depth = simd::fixed_depth(shape.depth);
  const std::size_t columns = simd::padded_columns(shape.columns);
  std::vector<std::int16_t> integers(shape.rows * depth), packed(columns * depth);
  std::vector<float> a_scales(shape.rows), b_scales(columns), out(shape.rows * shape.columns);
  simd::to_fixed(exact(a).get(), shape.rows, shape.depth, integers.data(), a_scales.data());
  simd::pack_fixed(exact(weight).get(), shape.columns, shape.depth, packed.data(), b_scales.data());
  simd::multiply_fixed(integers.data(), a_scales.data(), packed.data(), b_scales.data(), shape, {},
                       out.data());
  return out;
}

const std::size_t kDepths[] = {1, 2, 3, 31, 127, 128, 129, 130, 384, 1000};
const std::size_t kColumns[] = {1, 7, 16, 31, 32, 33, 64, 100};

}  // namespace

TEST_CASE("a float32 product is that of float64, with bias and residual, on every target") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (const std::size_t depth : kDepths) {
      for (const std::size_t columns : kColumns) {
        CAPTURE(depth);
        CAPTURE(columns);
        const simd::ProductShape shape{2 * simd::kRowGroup, depth, columns};
        const auto a = random_values(shape.rows * depth, 1);
        const auto weight = random_values(columns * depth, 2);
        auto bias = random_values(columns, 3);
        bias.resize(simd::padded_columns(columns));
        const auto before = random_values(shape.rows * columns, 4);
        std::vector<float> packed(simd::padded_columns(columns) * depth);
        simd::pack(exact(weight).get(), columns, depth, packed.data());
        const auto expected = reference_product(a, weight, shape);
        const auto out = exact(before);
        simd::multiply(exact(a).get(), exact(packed).get(), shape,
                       {.bias = bias.data(), .activation = simd::Activation::kNone, .add = true},
                       out.get());
        double largest = 0;
        for (std::size_t i = 0; i < expected.size(); ++i) {
          const double wanted = expected[i] + bias[i % columns] + before[i];
          largest = std::max(largest, std::abs(out[i] - wanted));
        }
        CHECK(largest <= 1e-6 * static_cast<double>(depth + 8));
      }
    }
  });
}

TEST_CASE("a row's product does not depend on the rows beside it") {
  constexpr std::size_t kDepth = 77, kWidth = 45;
  const auto a = random_values(4 * simd::kRowGroup * kDepth, 1);
  std::vector<float> packed(simd::padded_columns(kWidth) * kDepth);
  simd::pack(random_values(kWidth * kDepth, 2).data(), kWidth, kDepth, packed.data());
  simd::for_each_target([&](const std::string& target) {
    CAPTURE(target);
    std::vector<float> all(4 * simd::kRowGroup * kWidth), shifted(simd::kRowGroup * kWidth);
    simd::multiply(a.data(), packed.data(), {4 * simd::kRowGroup, kDepth, kWidth}, {}, all.data());
    for (std::size_t first = 0; first <= 3 * simd::kRowGroup; first += 5) {
      simd::multiply(a.data() + first * kDepth, packed.data(), {simd::kRowGroup, kDepth, kWidth},
                     {}, shifted.data());
      CHECK(std::memcmp(shifted.data(), all.data() + first * kWidth,
                        shifted.size() * sizeof(float)) == 0);
    }
  });
}

TEST_CASE("activations are those of the formulas, over all magnitudes, and NaN stays NaN") {
  using enum simd::Activation;
  std::vector<float> inputs = {0.0f, -0.0f, 1e-30f, -1e-30f, 100.0f, -100.0f, 1e30f, -1e30f};
  for (float x = -12; x <= 12; x += 0.00371f) inputs.push_back(x);
  inputs.resize((inputs.size() + simd::kRowGroup - 1) / simd::kRowGroup * simd::kRowGroup);
  const float one = 1;
  std::vector<float> packed(simd::padded_columns(1));
  simd::pack(&one, 1, 1, packed.data());
  const simd::ProductShape shape{inputs.size(), 1, 1};
  simd::for_each_target([&](const std::string& target) {
    CAPTURE(target);
    for (const auto activation : {kNone, kGelu, kGeluTanh, kRelu, kSilu, kTanh}) {
      CAPTURE(static_cast<int>(activation));
      std::vector<float> out(inputs.size());
      const simd::Epilogue epilogue{.bias = nullptr, .activation = activation, .add = false};
      simd::multiply(inputs.data(), packed.data(), shape, epilogue, out.data());
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        CAPTURE(inputs[i]);
        const double wanted = activated(activation, inputs[i]);
        CHECK(std::abs(out[i] - wanted) <= 1e-6 * std::max(1.0, std::abs(wanted)));
      }
      std::vector<float> nan(simd::kRowGroup, std::numeric_limits<float>::quiet_NaN());
      simd::multiply(nan.data(), packed.data(), {simd::kRowGroup, 1, 1}, epilogue, out.data());
      CHECK(std::isnan(out[0]));
    }
  });
}

TEST_CASE("a fixed-point product is close to the true one, the same on every target") {
  for (const std::size_t depth : kDepths) {
    for (const std::size_t columns : kColumns) {
      CAPTURE(depth);
      CAPTURE(columns);
      const simd::ProductShape shape{simd::kRowGroup, depth, columns};
      const auto a = random_values(shape.rows * depth, 5, 3e3f);
      const auto weight = random_values(columns * depth, 6, 1e-5f);
      const auto expected = reference_product(a, weight, shape);
      std::vector<float> first;
      simd::for_each_target([&](const std::string& target) {
        CAPTURE(target);
        const auto out = multiply_fixed(a, weight, shape);
        double error = 0, scale = 0;
        for (std::size_t i = 0; i < out.size(); ++i) {
          error = std::max(error, std::abs(out[i] - expected[i]));
        }
        // What |a| |b| is for values of these deviations.
        scale = 3e3 * 1e-5 * static_cast<double>(depth);
        CHECK(error <= 1e-3 * scale);
        if (first.empty()) first = out;
        for (std::size_t i = 0; i < out.size(); ++i) {
          CHECK(out[i] == doctest::Approx(first[i]).epsilon(1e-5).scale(scale));
        }
      });
    }
  }
}

TEST_CASE("no fixed-point sum overflows, not even of parallel vectors") {
  for (const std::size_t depth : kDepths) {
    CAPTURE(depth);
    const simd::ProductShape shape{simd::kRowGroup, depth, 3};
    // Equal values, one large value among small ones, and one alone.
    std::vector<float> a(shape.rows * depth, 0.75f), weight(3 * depth, 0.75f);
    for (std::size_t k = 0; k < depth; ++k) weight[depth + k] = k == 0 ? -1000.0f : 0.01f;
    for (std::size_t k = 0; k < depth; ++k) weight[2 * depth + k] = k + 1 == depth ? 5.0f : 0.0f;
    std::copy(weight.begin(), weight.end(), a.begin());
    const auto expected = reference_product(a, weight, shape);
    simd::for_each_target([&](const std::string& target) {
      CAPTURE(target);
      const auto out = multiply_fixed(a, weight, shape);
      for (std::size_t i = 0; i < out.size(); ++i) {
        const std::size_t r = i / 3, c = i % 3;
        const auto norm = [&](const std::vector<float>& m, std::size_t row) {
          double sum = 0;
          for (std::size_t k = 0; k < depth; ++k) sum += std::pow(m[row * depth + k], 2);
          return std::sqrt(sum);
        };
        CHECK(std::abs(out[i] - expected[i]) <= 2e-3 * norm(a, r) * norm(weight, c));
      }
    });
  }
}

TEST_CASE("fixed point keeps zeros and tells rows that are not finite") {
  constexpr std::size_t kDepth = 150;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (const std::size_t location : {std::size_t{0}, std::size_t{129}, kDepth - 1}) {
      for (const float odd : {std::nanf(""), kInfinity, -kInfinity}) {
        std::vector<float> rows(3 * kDepth, 1.0f);
        std::fill_n(rows.begin(), kDepth, 0.0f);
        rows[kDepth + location] = odd;
        std::vector<std::int16_t> integers(3 * kDepth);
        float scales[3];
        simd::to_fixed(rows.data(), 3, kDepth, integers.data(), scales);
        CHECK(scales[0] == 0);
        CHECK(std::isnan(scales[1]));
        CHECK(scales[2] * static_cast<float>(integers[2 * kDepth]) ==
              doctest::Approx(1).epsilon(3e-4));
      }
    }
  });
}

TEST_CASE("a product of a transposed matrix and of rows packed as they stand, on every target") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (const std::size_t depth : {1, 12, 33, 224}) {
      for (const std::size_t columns : kColumns) {
        CAPTURE(depth);
        CAPTURE(columns);
        const simd::ProductShape shape{2 * simd::kRowGroup, depth, columns};
        const std::size_t stride = shape.rows + 5;
        const auto left = random_values(depth * stride, 1),
                   right = random_values(depth * columns, 2);
        std::vector<float> packed(simd::padded_columns(columns) * depth, 9.0f);
        const std::size_t half = depth / 2;
        simd::pack_rows(exact(right).get(), depth, columns, half, depth - half, packed.data());
        simd::pack_rows(exact(right).get(), depth, columns, 0, half, packed.data());
        const auto out = std::make_unique<float[]>(shape.rows * columns);
        simd::multiply_transposed(exact(left).get(), stride, exact(packed).get(), shape, out.get());
        for (std::size_t r = 0; r < shape.rows; ++r) {
          for (std::size_t c = 0; c < columns; ++c) {
            double wanted = 0;
            for (std::size_t k = 0; k < depth; ++k) {
              wanted += static_cast<double>(left[k * stride + r]) * right[k * columns + c];
            }
            CHECK(std::abs(out[r * columns + c] - wanted) <= 1e-6 * static_cast<double>(depth + 8));
          }
        }
      }
    }
  });
}

TEST_CASE("columns packed one group after another are columns packed at once") {
  constexpr std::size_t kDepth = 37, kWidth = 45;
  const auto weight = random_values(kWidth * kDepth, 1);
  std::vector<float> at_once(simd::padded_columns(kWidth) * kDepth), by_group(at_once.size());
  simd::pack(weight.data(), kWidth, kDepth, at_once.data());
  for (std::size_t first = 0; first < kWidth; first += simd::kRowGroup) {
    simd::pack_columns(weight.data(), kDepth, first, std::min(simd::kRowGroup, kWidth - first),
                       by_group.data());
  }
  CHECK(at_once == by_group);
}
