#include "distill/table.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "base/half.h"
#include "base/thread_pool.h"

namespace m2v::distillation {
namespace {

constexpr std::size_t kBlockRows = 1024;

// numpy computes with float16 in float32 and rounds each result.
struct Half {
  std::uint16_t bits;
};

double value_of(Half x) { return static_cast<double>(base::half_to_float(x.bits)); }
double value_of(float x) { return static_cast<double>(x); }
double value_of(double x) { return x; }
double value_of(std::int8_t x) { return x; }

/// Returns the largest magnitude divided by 127, in the arithmetic of the last parameter's type.
double scale_of(double largest, Half) {
  return value_of(Half{base::float_to_half(static_cast<float>(largest) / 127.0f)});
}
double scale_of(double largest, float) {
  return static_cast<double>(static_cast<float>(largest) / 127.0f);
}
double scale_of(double largest, double) { return largest / 127.0; }
double scale_of(double largest, std::int8_t) { return largest / 127.0; }

double divide(double x, double y, double) { return x / y; }
template <typename T>
double divide(double x, double y, T) {
  return static_cast<double>(static_cast<float>(x) / static_cast<float>(y));
}

double through_half(double value) {
  return static_cast<double>(base::half_to_float(base::double_to_half(value)));
}

std::int8_t to_int8(double value) {
  return static_cast<std::int8_t>(std::clamp(std::nearbyint(value), -127.0, 127.0));
}

/// Calls task(first_row, end_row) for blocks of rows, in parallel.
template <typename Task>
void for_each_block(std::size_t rows, unsigned threads, const Task& task) {
  base::parallel_for(base::blocks_of(rows, kBlockRows), threads, [&](std::size_t block, unsigned) {
    task(block * kBlockRows, std::min(rows, (block + 1) * kBlockRows));
  });
}

template <typename T>
T load(std::span<const std::byte> bytes, std::size_t i) {
  T value;
  std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
  return value;
}

template <typename T>
void store(std::vector<std::byte>& bytes, std::size_t i, T value) {
  std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
}

/// Makes a table in the dtype from value(i), for i from 0 to rows * dim - 1.
template <typename Number, typename Value>
Table build(std::size_t rows, std::size_t dim, DType dtype, Int8Scale scale, unsigned threads,
            const Value& value) {
  Table table{.bytes = std::vector<std::byte>(rows * dim * dtype_size(dtype)),
              .dtype = dtype,
              .scales = {}};
  const auto fill = [&](const auto& convert) {
    for_each_block(rows, threads, [&](std::size_t first, std::size_t end) {
      for (std::size_t i = first * dim; i < end * dim; ++i) {
        store(table.bytes, i, convert(value(i), i));
      }
    });
  };
  const auto largest_of = [&](std::size_t begin, std::size_t end) {
    double largest = 0;
    for (std::size_t i = begin; i < end; ++i) largest = std::max(largest, std::abs(value(i)));
    return largest;
  };
  switch (dtype) {
    case DType::kFloat16:
      fill([](double x, std::size_t) { return base::double_to_half(x); });
      return table;
    case DType::kFloat32:
      fill([](double x, std::size_t) { return static_cast<float>(x); });
      return table;
    case DType::kFloat64:
      fill([](double x, std::size_t) { return x; });
      return table;
    case DType::kInt8:
      break;
    case DType::kBFloat16:
      throw std::invalid_argument("a table is written as float16, float32, float64 or int8");
  }
  if (scale == Int8Scale::kRow) {
    table.scales.resize(rows);
    for_each_block(rows, threads, [&](std::size_t first, std::size_t end) {
      for (std::size_t r = first; r < end; ++r) {
        table.scales[r] = static_cast<float>(largest_of(r * dim, (r + 1) * dim) / 127.0);
      }
    });
    fill([&](double x, std::size_t i) {
      const double step = static_cast<double>(table.scales[i / dim]);
      return step > 0 ? to_int8(x / step) : std::int8_t{0};
    });
    return table;
  }
  const double step = scale_of(largest_of(0, rows * dim), Number{});
  fill([step](double x, std::size_t) {
    return step > 0 ? to_int8(through_half(divide(through_half(x), step, Number{})))
                    : std::int8_t{0};
  });
  return table;
}

struct BFloat16 {
  std::uint16_t bits;
};
double value_of(BFloat16 x) { return static_cast<double>(base::bfloat16_to_float(x.bits)); }

/// Calls visit(T{}) with the type of the table's values.
template <typename Visit>
auto with_type(DType dtype, const Visit& visit) {
  switch (dtype) {
    case DType::kFloat16:
      return visit(Half{});
    case DType::kFloat64:
      return visit(double{});
    case DType::kBFloat16:
      return visit(BFloat16{});
    case DType::kInt8:
      return visit(std::int8_t{});
    case DType::kFloat32:
      break;
  }
  return visit(float{});
}

std::size_t rows_of(const TableSource& table) {
  return table.bytes.size() / (table.dim * dtype_size(table.dtype));
}

}  // namespace

Table make_table(MatrixView vectors, std::span<const double> weights, DType dtype, Int8Scale scale,
                 unsigned threads) {
  return build<double>(vectors.rows, vectors.cols, dtype, scale, threads, [&](std::size_t i) {
    return static_cast<double>(vectors.data[i]) * weights[i / vectors.cols];
  });
}

Table convert_table(const TableSource& table, DType dtype, Int8Scale scale, unsigned threads) {
  return with_type(table.dtype, [&]<typename T>(T) {
    // numpy has no bfloat16, so model2vec would compute in float32.
    using Number = std::conditional_t<std::is_same_v<T, BFloat16>, float, T>;
    return build<Number>(rows_of(table), table.dim, dtype, scale, threads,
                         [&](std::size_t i) { return value_of(load<T>(table.bytes, i)); });
  });
}

Matrix table_values(const TableSource& table, std::span<const double> scales, unsigned threads) {
  const std::size_t rows = rows_of(table);
  Matrix values{std::vector<float>(rows * table.dim), rows, table.dim};
  with_type(table.dtype, [&]<typename T>(T) {
    for_each_block(rows, threads, [&](std::size_t first, std::size_t end) {
      for (std::size_t i = first * table.dim; i < end * table.dim; ++i) {
        const double scale = scales.empty() ? 1.0 : scales[i / table.dim];
        values.data[i] = static_cast<float>(value_of(load<T>(table.bytes, i)) * scale);
      }
    });
  });
  return values;
}

std::vector<std::byte> pick_rows(const TableSource& table, std::span<const std::uint32_t> rows) {
  const std::size_t size = table.dim * dtype_size(table.dtype);
  std::vector<std::byte> bytes(rows.size() * size);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::copy_n(table.bytes.data() + rows[r] * size, size, bytes.data() + r * size);
  }
  return bytes;
}

std::vector<std::byte> truncate_table(const TableSource& table, std::size_t dims) {
  const std::size_t size = dtype_size(table.dtype), rows = rows_of(table);
  std::vector<std::byte> bytes(rows * dims * size);
  for (std::size_t r = 0; r < rows; ++r) {
    std::copy_n(table.bytes.data() + r * table.dim * size, dims * size,
                bytes.data() + r * dims * size);
  }
  return bytes;
}

}  // namespace m2v::distillation
