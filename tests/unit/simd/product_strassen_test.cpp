#include "simd/product_strassen.h"

#include <doctest/doctest.h>

#include <algorithm>
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

struct Product {
  simd::ProductShape shape;
  std::vector<float> a, weight, packed, sums, bias, before;

  explicit Product(const simd::ProductShape& size) : shape(size) {
    const std::size_t rows = simd::padded_rows(size.rows);
    const std::size_t columns = simd::padded_columns(size.columns);
    a = random_values(rows * size.depth, 1);
    weight = random_values(size.columns * size.depth, 2);
    bias = random_values(columns, 3);
    before = random_values(rows * size.columns, 4);
    packed.resize(columns * size.depth);
    simd::pack(weight.data(), size.columns, size.depth, packed.data());
    sums.resize(simd::packed_sums_size(size.columns, size.depth));
    if (sums.empty()) return;
    const auto exact_sums = exact(sums);
    simd::pack_sums(exact(packed).get(), size.columns, size.depth, exact_sums.get());
    std::copy_n(exact_sums.get(), sums.size(), sums.begin());
  }

  std::vector<float> multiply(const simd::Epilogue& epilogue) const {
    const std::size_t scratch_size = simd::strassen_scratch_size(shape);
    const auto scratch = std::make_unique<float[]>(scratch_size), out = exact(before);
    simd::multiply_strassen(exact(a).get(), exact(packed).get(), exact(sums).get(), shape, epilogue,
                            {scratch.get(), scratch_size}, out.get());
    return {out.get(), out.get() + before.size()};
  }

  double expected(std::size_t row, std::size_t column) const {
    double sum = 0;
    for (std::size_t k = 0; k < shape.depth; ++k) {
      sum += static_cast<double>(a[row * shape.depth + k]) * weight[column * shape.depth + k];
    }
    return sum;
  }
};

}  // namespace

TEST_CASE("a product of seven products is that of float64, on every target") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (const auto& shape : {simd::ProductShape{48, 128, 64}, simd::ProductShape{96, 130, 192},
                              simd::ProductShape{60, 154, 128}, simd::ProductShape{71, 256, 64}}) {
      CAPTURE(shape.rows);
      CAPTURE(shape.depth);
      REQUIRE(simd::strassen_scratch_size(shape) > 0);
      const Product product(shape);
      for (const bool add : {false, true}) {
        const auto out = product.multiply(
            {.bias = product.bias.data(), .activation = simd::Activation::kNone, .add = add});
        double largest = 0;
        for (std::size_t i = 0; i < shape.rows * shape.columns; ++i) {
          const double wanted = product.expected(i / shape.columns, i % shape.columns) +
                                product.bias[i % shape.columns] + (add ? product.before[i] : 0.0f);
          largest = std::max(largest, std::abs(out[i] - wanted));
        }
        CHECK(largest <= 2e-6 * static_cast<double>(shape.depth));
      }
      const auto plain = product.multiply({});
      const auto relu =
          product.multiply({.bias = nullptr, .activation = simd::Activation::kRelu, .add = false});
      for (std::size_t i = 0; i < shape.rows * shape.columns; ++i) {
        CHECK(relu[i] == std::max(plain[i], 0.0f));
      }
    }
  });
}

TEST_CASE("sizes that do not come in halves are multiplied the plain way") {
  for (const auto& shape : {simd::ProductShape{36, 256, 128}, simd::ProductShape{96, 131, 128},
                            simd::ProductShape{96, 128, 96}, simd::ProductShape{96, 64, 128},
                            simd::ProductShape{1, 1, 1}}) {
    CHECK(simd::strassen_scratch_size(shape) == 0);
    const Product product(shape);
    std::vector<float> plain = product.before;
    simd::multiply(product.a.data(), product.packed.data(),
                   {simd::padded_rows(shape.rows), shape.depth, shape.columns}, {}, plain.data());
    CHECK(product.multiply({}) == plain);
  }
}

TEST_CASE("a row that is not finite spoils no other") {
  const simd::ProductShape shape{96, 128, 64};
  simd::for_each_target([&](const std::string& target) {
    CAPTURE(target);
    constexpr float kLargest = std::numeric_limits<float>::max();
    for (const float odd : {std::nanf(""), std::numeric_limits<float>::infinity(), kLargest}) {
      for (const std::size_t row : {std::size_t{3}, std::size_t{95}}) {
        Product product(shape);
        for (std::size_t k = 0; k < shape.depth; ++k) product.a[row * shape.depth + k] = odd;
        // Its partner, were it not for the oddity.
        product.a[(row + 48) % 96 * shape.depth] = -kLargest;
        const auto out = product.multiply({});
        for (std::size_t i = 0; i < out.size(); ++i) {
          const std::size_t r = i / shape.columns;
          if (r == row || r == (row + 48) % 96) continue;
          CHECK(std::abs(out[i] - product.expected(r, i % shape.columns)) < 1e-4);
        }
      }
    }
  });
}

TEST_CASE("what lies behind the last row has no part in the others' results") {
  Product product({77, 128, 128});
  const auto first = product.multiply({});
  std::fill(product.a.begin() + 77 * 128, product.a.end(), std::nanf(""));
  const auto second = product.multiply({});
  CHECK(std::memcmp(first.data(), second.data(), 77 * 128 * sizeof(float)) == 0);
}
