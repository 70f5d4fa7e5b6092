#include "simd/pool.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/half.h"
#include "simd/target.h"

using namespace m2v;

namespace {

/// A table on an exact-size heap buffer, with its values in double beside it.
struct Table {
  std::vector<std::byte> bytes;
  std::vector<double> values;
  simd::TableView view;
};

template <typename T>
void append(std::vector<std::byte>& bytes, T value) {
  const auto* raw = reinterpret_cast<const std::byte*>(&value);
  bytes.insert(bytes.end(), raw, raw + sizeof value);
}

Table random_table(DType dtype, std::size_t rows, std::size_t dim, std::mt19937& random) {
  std::normal_distribution<float> normal;
  Table table;
  for (std::size_t i = 0; i < rows * dim; ++i) {
    const float value = normal(random);
    if (dtype == DType::kFloat16) {
      append(table.bytes, base::float_to_half(value));
      table.values.push_back(base::half_to_float(base::float_to_half(value)));
    } else if (dtype == DType::kBFloat16) {
      append(table.bytes, base::float_to_bfloat16(value));
      table.values.push_back(base::bfloat16_to_float(base::float_to_bfloat16(value)));
    } else if (dtype == DType::kInt8) {
      const auto small = static_cast<std::int8_t>(std::lround(40 * value) % 128);
      append(table.bytes, small);
      table.values.push_back(small);
    } else if (dtype == DType::kFloat64) {
      append(table.bytes, static_cast<double>(value) / 3);
      table.values.push_back(static_cast<double>(value) / 3);
    } else {
      append(table.bytes, value);
      table.values.push_back(value);
    }
  }
  table.bytes.shrink_to_fit();
  table.view = {table.bytes.data(), dtype, dim};
  return table;
}

/// The definition, in double.
std::vector<double> expected_vector(const Table& table, const std::vector<std::uint32_t>& rows,
                                    const std::vector<double>& weights, std::size_t begin,
                                    std::size_t end, bool normalize) {
  const std::size_t dim = table.view.dim;
  std::vector<double> mean(dim, 0.0);
  for (std::size_t entry = begin; entry < end; ++entry) {
    const double weight = weights.empty() ? 1 : weights[entry];
    for (std::size_t i = 0; i < dim; ++i) mean[i] += weight * table.values[rows[entry] * dim + i];
  }
  double squares = 0;
  for (double& value : mean) {
    if (end > begin) value /= static_cast<double>(end - begin);
    squares += value * value;
  }
  if (normalize && squares > 0) {
    for (double& value : mean) value /= std::sqrt(squares);
  }
  return mean;
}

/// With scratch memory of exactly the size that is asked for.
void pool(simd::PoolJob job) {
  const std::size_t size = job.pool_scratch_size();
  const auto scratch = std::make_unique<double[]>(size);
  job.scratch = {scratch.get(), size};
  simd::pool_rows(job);
}

void check_pooling(DType dtype, std::size_t dim, bool weighted, bool normalize) {
  std::mt19937 random(static_cast<unsigned>(dim) * 4 + weighted * 2 + normalize);
  const std::size_t table_rows = 37;
  const Table table = random_table(dtype, table_rows, dim, random);
  std::vector<std::uint32_t> rows;
  std::vector<double> weights;
  std::vector<std::size_t> offsets{0};
  for (const std::size_t length : {3, 0, 1, 17, 0, 40, 2}) {
    for (std::size_t i = 0; i < length; ++i) {
      rows.push_back(static_cast<std::uint32_t>(random() % table_rows));
      if (weighted) weights.push_back(static_cast<double>(random() % 1000) / 500);
    }
    offsets.push_back(rows.size());
  }
  const std::size_t texts = offsets.size() - 1;
  const auto out = std::make_unique<float[]>(texts * dim);
  pool({.table = table.view,
        .rows = rows.data(),
        .weights = weighted ? weights.data() : nullptr,
        .offsets = offsets.data(),
        .texts = texts,
        .normalize = normalize,
        .out = out.get()});
  for (std::size_t text = 0; text < texts; ++text) {
    const auto expected =
        expected_vector(table, rows, weights, offsets[text], offsets[text + 1], normalize);
    for (std::size_t i = 0; i < dim; ++i) {
      const double tolerance = 2e-6 * (1 + std::abs(expected[i]));
      REQUIRE(std::abs(out[text * dim + i] - expected[i]) <= tolerance);
    }
  }
}

}  // namespace

TEST_CASE("pooling is the weighted mean, for every dtype, width and target") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (const DType dtype :
         {DType::kFloat16, DType::kFloat32, DType::kFloat64, DType::kBFloat16, DType::kInt8}) {
      CAPTURE(dtype_name(dtype));
      for (const std::size_t dim : {1, 3, 7, 8, 15, 16, 31, 64, 100, 256, 257, 300, 384, 513}) {
        CAPTURE(dim);
        check_pooling(dtype, dim, false, false);
        check_pooling(dtype, dim, false, true);
        check_pooling(dtype, dim, true, false);
        check_pooling(dtype, dim, true, true);
      }
    }
  });
}

TEST_CASE("a float64 table is summed in float64 and rounded once") {
  // In float32 the small values would be lost one by one beside the large one.
  std::vector<double> table{1e8};
  table.resize(65, 0.25);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < 65; ++row) rows.push_back(row);
  const std::size_t offsets[] = {0, 65};
  float out = 0;
  pool({.table = {table.data(), DType::kFloat64, 1},
        .rows = rows.data(),
        .offsets = offsets,
        .texts = 1,
        .out = &out});
  CHECK(out == static_cast<float>((1e8 + 16) / 65));
  double wide = 0;
  pool({.table = {table.data(), DType::kFloat64, 1},
        .rows = rows.data(),
        .offsets = offsets,
        .texts = 1,
        .float64_out = &wide});
  CHECK(wide == (1e8 + 16) / 65);
}

TEST_CASE("wide sums of many rows are as accurate as float64 ones") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    const std::size_t dim = 37, count = 20'000;
    std::mt19937 random(11);
    const Table table = random_table(DType::kFloat16, 3, dim, random);
    const std::vector<std::uint32_t> rows(count, 1);  // equal terms: float32 errors would add up
    const std::vector<double> weights(count, 0.3);
    const std::size_t offsets[] = {0, count};
    std::vector<float> out(dim);
    pool({.table = table.view,
          .rows = rows.data(),
          .weights = weights.data(),
          .offsets = offsets,
          .texts = 1,
          .float64_sums = true,
          .out = out.data()});
    for (std::size_t i = 0; i < dim; ++i) {
      REQUIRE(std::abs(out[i] - 0.3 * table.values[dim + i]) <= 5e-7);
    }
  });
}
