#include "math/pca.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <stdexcept>

#include "simd/target.h"

using namespace m2v;

namespace {

/// Columns that depend on each other and have means.
Matrix random_matrix(std::size_t rows, std::size_t cols, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Matrix x{.data = std::vector<float>(rows * cols), .rows = rows, .cols = cols};
  for (std::size_t r = 0; r < rows; ++r) {
    float carried = 0;
    for (std::size_t c = 0; c < cols; ++c) {
      carried = 0.6f * carried + normal(random);
      x.row(r)[c] = carried * (1 + 0.3f * static_cast<float>(c)) + static_cast<float>(c);
    }
  }
  return x;
}

using Doubles = std::vector<double>;

/// The rows on the first `count` components.
Matrix scores_of(const math::Pca& pca, MatrixView x, std::size_t count, unsigned threads) {
  const auto end = pca.components.begin() + static_cast<std::ptrdiff_t>(count * pca.dim);
  return math::project({.mean = pca.mean, .directions = {pca.components.begin(), end}}, x, threads);
}

/// The covariance by its definition, two passes.
Doubles plain_covariance(const Matrix& x) {
  Doubles mean(x.cols, 0.0), result(x.cols * x.cols, 0.0);
  for (std::size_t r = 0; r < x.rows; ++r) {
    for (std::size_t c = 0; c < x.cols; ++c) {
      mean[c] += static_cast<double>(x.row(r)[c]) / static_cast<double>(x.rows);
    }
  }
  for (std::size_t r = 0; r < x.rows; ++r) {
    for (std::size_t i = 0; i < x.cols; ++i) {
      for (std::size_t j = 0; j < x.cols; ++j) {
        result[i * x.cols + j] +=
            (x.row(r)[i] - mean[i]) * (x.row(r)[j] - mean[j]) / static_cast<double>(x.rows - 1);
      }
    }
  }
  return result;
}

/// That the components diagonalize the covariance is what makes them principal: C v = lambda v, the
/// v of length 1 and at right angles, the lambdas falling.
void check_definition(const Matrix& x, const math::Pca& pca) {
  const Doubles covariance = plain_covariance(x);
  const std::size_t n = x.cols;
  const double size = std::max(pca.variances[0], 1e-300);
  for (std::size_t k = 0; k < n; ++k) {
    CHECK(pca.variances[k] >= 0);
    if (k > 0) CHECK(pca.variances[k] <= pca.variances[k - 1]);
    const double* v = pca.components.data() + k * n;
    double residue = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double product = 0;
      for (std::size_t j = 0; j < n; ++j) product += covariance[i * n + j] * v[j];
      residue = std::max(residue, std::abs(product - pca.variances[k] * v[i]));
    }
    CHECK(residue < 1e-11 * size * static_cast<double>(n));
    for (std::size_t l = 0; l <= k; ++l) {
      double dot = 0;
      for (std::size_t i = 0; i < n; ++i) dot += v[i] * pca.components[l * n + i];
      CHECK(std::abs(dot - (l == k ? 1.0 : 0.0)) < 1e-12);
    }
  }
}

}  // namespace

TEST_CASE("the components diagonalize the covariance, on every instruction set") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (const auto& [rows, cols] :
         {std::pair<std::size_t, std::size_t>{2, 1}, {40, 3}, {5, 9}, {300, 48}, {130, 97}}) {
      CAPTURE(cols);
      const Matrix x = random_matrix(rows, cols, 3);
      check_definition(x, math::fit_pca(x, 2));
    }
  });
}

TEST_CASE("scores are the centred rows on the components, the largest of each positive") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (const std::size_t count : {1u, 2u, 31u, 32u, 33u, 70u}) {
      const Matrix x = random_matrix(1600, 70, 5);
      const math::Pca pca = math::fit_pca(x, 2);
      const Matrix scores = scores_of(pca, x, count, 2);
      REQUIRE(scores.rows == x.rows);
      REQUIRE(scores.cols == count);
      for (std::size_t k = 0; k < count; ++k) {
        Doubles plain(x.rows, 0.0);
        double extreme = 0;
        for (std::size_t r = 0; r < x.rows; ++r) {
          for (std::size_t c = 0; c < x.cols; ++c) {
            plain[r] += (x.row(r)[c] - pca.mean[c]) * pca.components[k * x.cols + c];
          }
          if (std::abs(plain[r]) > std::abs(extreme)) extreme = plain[r];
        }
        const double sign = extreme < 0 ? -1 : 1;
        double largest = 0;
        for (std::size_t r = 0; r < x.rows; ++r) {
          largest = std::max(largest, std::abs(scores.row(r)[k] - sign * plain[r]));
        }
        CHECK(largest < 1e-5 * std::abs(extreme));
      }
    }
  });
}

TEST_CASE("of two equal extremes the first decides the sign") {
  // Symmetric about its mean: each score has its opposite, at the other end.
  for (const float first : {3.0f, -3.0f}) {
    Matrix x{.data = {first, 0, 1, 0, -1, 0, -first, 0}, .rows = 4, .cols = 2};
    const Matrix scores = scores_of(math::fit_pca(x, 1), x, 1, 1);
    CHECK(scores.data[0] == doctest::Approx(3));
    CHECK(scores.data[3] == doctest::Approx(-3));
  }
}

TEST_CASE("PCA gives the same bytes on any number of threads") {
  const Matrix x = random_matrix(5000, 100, 6);
  const math::Pca expected = math::fit_pca(x, 1);
  const Matrix scores = scores_of(expected, x, 40, 1);
  for (const unsigned threads : {2u, 3u, 7u}) {
    const math::Pca pca = math::fit_pca(x, threads);
    CHECK(pca.mean == expected.mean);
    CHECK(pca.variances == expected.variances);
    CHECK(pca.components == expected.components);
    CHECK(scores_of(pca, x, 40, threads).data == scores.data);
  }
}

TEST_CASE("the fewest components that explain a share") {
  math::Pca pca;
  pca.dim = 4;
  pca.variances = {4, 2, 1, 1};
  CHECK(math::components_for(pca, 0.4) == 1);
  CHECK(math::components_for(pca, 0.5) == 1);  // exactly reached is enough
  CHECK(math::components_for(pca, 0.51) == 2);
  CHECK(math::components_for(pca, 0.75) == 2);
  CHECK(math::components_for(pca, 0.8) == 3);
  CHECK(math::components_for(pca, 0.99) == 4);
  CHECK(math::explained_variance(pca, 0) == 0.0);
  CHECK(math::explained_variance(pca, 2) == 0.75);
  CHECK(math::explained_variance(pca, 4) == 1.0);
}

TEST_CASE("PCA of matrices with nothing in them, or too little") {
  Matrix constant{.data = std::vector<float>(30, 2.5f), .rows = 10, .cols = 3};
  const math::Pca pca = math::fit_pca(constant, 1);
  CHECK(pca.variances == Doubles{0, 0, 0});
  CHECK(math::components_for(pca, 0.9) == 1);
  CHECK(math::explained_variance(pca, 1) == 1.0);
  for (const float score : scores_of(pca, constant, 3, 1).data) CHECK(score == 0.0f);

  Matrix one_varies = constant;
  for (std::size_t r = 0; r < 10; ++r) one_varies.row(r)[1] = static_cast<float>(r);
  const math::Pca one = math::fit_pca(one_varies, 1);
  CHECK(one.variances[0] == doctest::Approx(55.0 / 6));  // of 0..9, divisor 9
  CHECK(one.variances[1] == doctest::Approx(0));
  CHECK(std::abs(one.components[1]) == doctest::Approx(1));

  const Matrix few = random_matrix(4, 30, 8);  // rank 3
  const math::Pca low = math::fit_pca(few, 1);
  CHECK(low.variances[2] > 0);
  CHECK(low.variances[3] < 1e-10 * low.variances[0]);
  for (const float score : scores_of(low, few, 30, 1).data) CHECK(std::isfinite(score));

  CHECK_THROWS_AS(math::fit_pca(MatrixView(few.data.data(), 1, 30), 1), std::invalid_argument);
  CHECK_THROWS_AS(math::fit_pca(MatrixView(few.data.data(), 4, 0), 1), std::invalid_argument);
  CHECK_THROWS_AS(scores_of(low, constant, 1, 1), std::invalid_argument);
}

TEST_CASE("the largest floats do not overflow the covariance") {
  constexpr float kLargest = std::numeric_limits<float>::max();
  const Matrix x{.data = {kLargest, 0, -kLargest, 1, 0, 2}, .rows = 3, .cols = 2};
  const math::Pca pca = math::fit_pca(x, 1);
  CHECK(pca.variances[0] == doctest::Approx(static_cast<double>(kLargest) * kLargest));
}
