#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::simd {

// Scores rows of single bits against a query. The query is a table that maps every value of every
// four bits to a number; the score of a row is the sum of its numbers.
//
// Rows are stored in groups of kBitGroupRows, byte by byte: a group is row_bytes lines of
// kBitGroupRows bytes, and line b holds byte b of each row. A vector register thus holds the same
// byte of many rows, and one shuffle looks up the numbers of all of them (after Andre, Kermarrec
// and Le Scouarnec, "Quicker ADC").

/// The number of rows in a group.
inline constexpr std::size_t kBitGroupRows = 64;
/// The largest number that a table may hold, so that the sum of four fits in a byte.
inline constexpr std::uint8_t kMaxBitEntry = 63;

/// Sets scores[i] to the sum over the bytes b of row i of tables[b][0][lower four bits] +
/// tables[b][1][upper four bits], for all rows of `groups` groups, and bit i % 64 of marks[i / 64]
/// to scores[i] >= threshold. `tables` is [row_bytes, 2, 16], `scores` [groups * kBitGroupRows] and
/// `marks` [groups]. row_bytes is even, and no sum may exceed 65,535.
void scan_bits(const std::uint8_t* rows, std::size_t groups, std::size_t row_bytes,
               const std::uint8_t* tables, std::uint16_t threshold, std::uint16_t* scores,
               std::uint64_t* marks) noexcept;

}  // namespace m2v::simd
