#include "math/kmeans.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <stdexcept>
#include <tuple>

using namespace m2v;
using math::k_means;

namespace {

Matrix random_matrix(std::size_t rows, std::size_t cols, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Matrix x{.data = std::vector<float>(rows * cols), .rows = rows, .cols = cols};
  for (float& value : x.data) value = normal(random);
  return x;
}

double distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += difference * difference;
  }
  return sum;
}

std::size_t nearest_centre(std::span<const float> row, const Matrix& centers) {
  std::size_t nearest = 0;
  for (std::size_t c = 1; c < centers.rows; ++c) {
    if (distance(row, centers.row(c)) < distance(row, centers.row(nearest))) nearest = c;
  }
  return nearest;
}

/// Lloyd's algorithm as it is written down, from random rows; the best of several starts.
double plain_inertia(const Matrix& x, std::size_t clusters, unsigned starts) {
  std::mt19937 random(7);
  double best = std::numeric_limits<double>::infinity();
  for (unsigned start = 0; start < starts; ++start) {
    Matrix centers{std::vector<float>(clusters * x.cols), clusters, x.cols};
    for (std::size_t c = 0; c < clusters; ++c) {
      std::ranges::copy(x.row(random() % x.rows), centers.row(c).begin());
    }
    double inertia = 0;
    for (int iteration = 0; iteration < 60; ++iteration) {
      inertia = 0;
      std::vector<double> sums(clusters * x.cols, 0.0), counts(clusters, 0.0);
      for (std::size_t r = 0; r < x.rows; ++r) {
        const std::size_t nearest = nearest_centre(x.row(r), centers);
        inertia += distance(x.row(r), centers.row(nearest));
        ++counts[nearest];
        for (std::size_t k = 0; k < x.cols; ++k) sums[nearest * x.cols + k] += x.row(r)[k];
      }
      for (std::size_t i = 0; i < sums.size(); ++i) {
        const double count = counts[i / x.cols];
        if (count > 0) centers.data[i] = static_cast<float>(sums[i] / count);
      }
    }
    best = std::min(best, inertia);
  }
  return best;
}

}  // namespace

TEST_CASE("no worse than Lloyd's algorithm from as many starts") {
  for (const auto& [rows, cols, clusters] :
       {std::tuple<std::size_t, std::size_t, std::size_t>{300, 5, 4},
        {500, 17, 20},
        {250, 3, 40}}) {
    CAPTURE(clusters);
    const Matrix x = random_matrix(rows, cols, 3);
    const auto found = k_means(x, clusters);
    CHECK(found.inertia <= 1.001 * plain_inertia(x, clusters, 10));
    double sum = 0;
    for (std::size_t r = 0; r < x.rows; ++r) {
      const double own = distance(x.row(r), found.centers.row(found.nearest[r]));
      const std::size_t nearest = nearest_centre(x.row(r), found.centers);
      CHECK(own <= distance(x.row(r), found.centers.row(nearest)) * (1 + 1e-5));
      sum += own;
    }
    CHECK(found.inertia == doctest::Approx(sum));
  }
}

TEST_CASE("clusters that lie apart are found") {
  Matrix x = random_matrix(900, 4, 5);
  for (std::size_t r = 0; r < x.rows; ++r) {
    x.row(r)[0] += 100.0f * static_cast<float>(r % 3);
    x.row(r)[1] += 100.0f * static_cast<float>(r / 3 % 3);
  }
  const auto found = k_means(x, 9);
  for (std::size_t r = 9; r < x.rows; ++r) CHECK(found.nearest[r] == found.nearest[r - 9]);
  const std::set<std::uint32_t> used(found.nearest.begin(), found.nearest.end());
  CHECK(used.size() == 9);
}

TEST_CASE("the same bytes on any number of threads; another seed, another start") {
  const Matrix x = random_matrix(2000, 33, 9);
  const auto one = k_means(x, 50, {.threads = 1});
  for (const unsigned threads : {2u, 5u}) {
    const auto other = k_means(x, 50, {.threads = threads});
    CHECK(other.centers.data == one.centers.data);
    CHECK(other.nearest == one.nearest);
  }
  CHECK(k_means(x, 50, {.seed = 43}).centers.data != one.centers.data);
}

TEST_CASE("as many clusters as rows, one cluster, and rows that are equal") {
  const Matrix x = random_matrix(20, 3, 1);
  const auto all = k_means(x, 20);
  CHECK(all.inertia == 0);
  CHECK(std::set<std::uint32_t>(all.nearest.begin(), all.nearest.end()).size() == 20);
  CHECK(k_means(x, 1).nearest == std::vector<std::uint32_t>(20, 0));
  const Matrix equal{.data = std::vector<float>(30, 2.5f), .rows = 10, .cols = 3};
  const auto same = k_means(equal, 4);
  CHECK(same.inertia == 0);
  for (const float value : same.centers.data) CHECK(value == 2.5f);
}

TEST_CASE("what cannot be clustered") {
  Matrix x = random_matrix(5, 2, 1);
  CHECK_THROWS_AS(k_means(x, 0), std::invalid_argument);
  CHECK_THROWS_AS(k_means(x, 6), std::invalid_argument);
  for (const float bad : {std::numeric_limits<float>::infinity(), 1e30f, std::nanf("")}) {
    x.data[3] = bad;
    CHECK_THROWS_AS(k_means(x, 2), std::invalid_argument);
  }
}

TEST_CASE("progress can end it") {
  const Matrix x = random_matrix(100, 4, 2);
  const auto stop = [](std::size_t, std::size_t) { throw std::runtime_error("enough"); };
  CHECK_THROWS_AS(k_means(x, 5, {}, stop), std::runtime_error);
}
