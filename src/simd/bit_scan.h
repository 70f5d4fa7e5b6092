#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::simd {

// Rows of single bits against a query that gives each value of four bits a number.
//
// Rows lie in groups of kBitGroup, byte by byte: a group is row_bytes lines of kBitGroup bytes, of
// which line b has byte b of each row. A vector so holds the same byte of many rows, and a shuffle
// looks the number up for all of them (after Andre, Kermarrec and Le Scouarnec, "Quicker ADC").

inline constexpr std::size_t kBitGroup = 64;
/// Numbers are at most this, so that the sum of four is a byte.
inline constexpr std::uint8_t kBitEntry = 63;

/// scores[i] = sum over the bytes b of row i of tables[b][0][its lower four bits] +
/// tables[b][1][its upper four], for all rows of `groups` groups. Bit i % 64 of marks[i / 64] is
/// set where scores[i] >= threshold. `tables` has row_bytes * 2 * 16 entries; row_bytes is even,
/// and no sum may exceed 65,535.
void scan_bits(const std::uint8_t* rows, std::size_t groups, std::size_t row_bytes,
               const std::uint8_t* tables, std::uint16_t threshold, std::uint16_t* scores,
               std::uint64_t* marks) noexcept;

}  // namespace m2v::simd
