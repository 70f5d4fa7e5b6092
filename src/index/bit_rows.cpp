#include "index/bit_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/thread_pool.h"
#include "simd/bit_scan.h"

namespace m2v::index {
namespace {

constexpr std::size_t kValues = 4;    // values per table
constexpr std::size_t kEntries = 16;  // entries per table, one for each combination of their signs

/// Returns the size of a row in bytes, an even number because the scan reads bytes in pairs.
std::size_t bytes_of(std::size_t dim) { return base::blocks_of(dim, 16) * 2; }

/// Returns the dot product of a query's values with the signs that `bits` encodes.
float signed_sum(const float* query, std::size_t count, std::size_t bits) {
  float sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += (bits >> i & 1) != 0 ? query[i] : -query[i];
  return sum;
}

}  // namespace

BitRows::BitRows(std::size_t dim, std::size_t rows_per_block)
    : dim_(dim), rotation_(dim), blocks_(bytes_of(dim), rows_per_block), scratch_(dim) {}

void BitRows::reserve(std::size_t rows) {
  blocks_.reserve(base::blocks_of(rows, simd::kBitGroupRows) * simd::kBitGroupRows);
}

/// Returns the offset of a row's first byte in its block. Its next bytes are kBitGroupRows apart.
std::size_t BitRows::line_of(std::size_t row) const noexcept {
  const std::size_t in_block = row % blocks_.rows_per_block();
  return in_block / simd::kBitGroupRows * simd::kBitGroupRows * row_bytes() +
         in_block % simd::kBitGroupRows;
}

void BitRows::set(std::size_t row, const float* vector) {
  std::copy_n(vector, dim_, scratch_.data());
  rotation_.apply(scratch_.data());
  std::byte* to = blocks_.writable(row / blocks_.rows_per_block()) + line_of(row);
  for (std::size_t begin = 0; begin < row_bytes() * 8; begin += 8, to += simd::kBitGroupRows) {
    unsigned bits = 0;
    for (std::size_t i = begin; i < std::min(begin + 8, dim_); ++i) {
      bits |= static_cast<unsigned>(scratch_[i] >= 0) << (i - begin);
    }
    *to = static_cast<std::byte>(bits);
  }
}

void BitRows::copy(std::size_t from, std::size_t to) {
  const std::byte* source = blocks_.block(from / blocks_.rows_per_block()) + line_of(from);
  std::byte* target = blocks_.writable(to / blocks_.rows_per_block()) + line_of(to);
  for (std::size_t b = 0; b < row_bytes(); ++b) {
    target[b * simd::kBitGroupRows] = source[b * simd::kBitGroupRows];
  }
}

BitTables BitRows::tables(const float* query) const {
  std::vector<float> rotated(query, query + dim_);
  rotation_.apply(rotated.data());
  const std::size_t count = row_bytes() * 2;
  std::vector<float> sums(count * kEntries);
  float largest = 0;
  for (std::size_t t = 0; t * kValues < dim_; ++t) {
    const std::size_t values = std::min(kValues, dim_ - t * kValues);
    for (std::size_t bits = 0; bits < kEntries; ++bits) {
      const float sum = signed_sum(rotated.data() + t * kValues, values, bits);
      sums[t * kEntries + bits] = sum;
      largest = std::max(largest, sum);
    }
  }
  BitTables tables(sums.size());
  if (!(largest > 0)) return tables;
  const auto levels = static_cast<float>(
      std::min<std::size_t>(simd::kMaxBitEntry, std::numeric_limits<std::uint16_t>::max() / count));
  for (std::size_t t = 0; t < count; ++t) {
    float* const of_table = sums.data() + t * kEntries;
    const float lowest = *std::min_element(of_table, of_table + kEntries);
    for (std::size_t bits = 0; bits < kEntries; ++bits) {
      const float level = (of_table[bits] - lowest) / (2 * largest) * levels;
      tables[t * kEntries + bits] = static_cast<std::uint8_t>(std::lround(level));
    }
  }
  return tables;
}

void BitRows::save(std::size_t size, formats::Sections& sections) const {
  const std::size_t groups = base::blocks_of(size, simd::kBitGroupRows);
  sections.add(":bits", blocks_.pieces(groups * simd::kBitGroupRows));
}

void BitRows::load(std::size_t size, const formats::Sections& sections) {
  const auto bits = sections.array<std::byte>(":bits");
  const std::size_t groups = base::blocks_of(size, simd::kBitGroupRows);
  if (bits.size() != groups * simd::kBitGroupRows * row_bytes()) {
    sections.fail(":bits", "is not of the size that " + std::to_string(size) + " rows have");
  }
  blocks_.adopt(bits);
}

}  // namespace m2v::index
