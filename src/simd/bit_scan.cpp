#include "simd/bit_scan.h"

#include <cassert>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/bit_scan.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace m2v::simd {
namespace HWY_NAMESPACE {

constexpr std::size_t kTable = 16;  // entries of a table, one per value of four bits

#if HWY_TARGET == HWY_SCALAR

std::uint64_t scan_group(const std::uint8_t* rows, std::size_t row_bytes,
                         const std::uint8_t* tables, std::uint16_t threshold,
                         std::uint16_t* scores) {
  std::uint64_t marks = 0;
  for (std::size_t r = 0; r < kBitGroupRows; ++r) {
    unsigned sum = 0;
    for (std::size_t b = 0; b < row_bytes; ++b) {
      const std::uint8_t byte = rows[b * kBitGroupRows + r];
      sum += tables[b * 2 * kTable + byte % 16] + tables[(b * 2 + 1) * kTable + byte / 16];
    }
    scores[r] = static_cast<std::uint16_t>(sum);
    marks |= static_cast<std::uint64_t>(sum >= threshold) << r;
  }
  return marks;
}

#else

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_HAVE_SCALABLE
using Bytes = hn::FixedTag<std::uint8_t, 16>;
#else
using Bytes = hn::CappedTag<std::uint8_t, kBitGroupRows>;
#endif
using Words = hn::Repartition<std::uint16_t, Bytes>;

/// Returns what each byte of a line contributes to its row's score, from the byte's two tables.
HWY_INLINE hn::Vec<Bytes> look_up(const std::uint8_t* line, const std::uint8_t* tables) {
  const Bytes d;
  const auto bytes = hn::LoadU(d, line);
  const auto lower = hn::And(bytes, hn::Set(d, 15));
  const auto upper = hn::ShiftRight<4>(bytes);
  return hn::Add(hn::TableLookupBytes(hn::LoadDup128(d, tables), lower),
                 hn::TableLookupBytes(hn::LoadDup128(d, tables + kTable), upper));
}

HWY_INLINE std::uint64_t marks_of(const std::uint16_t* scores, std::uint16_t threshold) {
  const Words d;
  std::uint8_t bits[8] = {};
  hn::StoreMaskBits(d, hn::Not(hn::Lt(hn::LoadU(d, scores), hn::Set(d, threshold))), bits);
  std::uint64_t word;
  std::memcpy(&word, bits, sizeof word);
  return word;
}

std::uint64_t scan_group(const std::uint8_t* rows, std::size_t row_bytes,
                         const std::uint8_t* tables, std::uint16_t threshold,
                         std::uint16_t* scores) {
  const Bytes d;
  const Words words;
  const std::size_t width = hn::Lanes(d);
  std::uint64_t marks = 0;
  for (std::size_t first = 0; first < kBitGroupRows; first += width) {
    // Bytes are summed in pairs: `odd` sums the odd ones, `both` the even ones plus 256 times the
    // odd ones.
    auto both = hn::Zero(words), odd = hn::Zero(words);
    for (std::size_t b = 0; b < row_bytes; b += 2) {
      const std::uint8_t* line = rows + b * kBitGroupRows + first;
      const std::uint8_t* table = tables + b * 2 * kTable;
      const auto sum = hn::BitCast(
          words, hn::Add(look_up(line, table), look_up(line + kBitGroupRows, table + 2 * kTable)));
      both = hn::Add(both, sum);
      odd = hn::Add(odd, hn::ShiftRight<8>(sum));
    }
    const auto even = hn::Sub(both, hn::ShiftLeft<8>(odd));
    hn::StoreInterleaved2(even, odd, words, scores + first);
    marks |= marks_of(scores + first, threshold) << first;
    marks |= marks_of(scores + first + width / 2, threshold) << (first + width / 2);
  }
  return marks;
}

#endif  // HWY_TARGET == HWY_SCALAR

void scan(const std::uint8_t* rows, std::size_t groups, std::size_t row_bytes,
          const std::uint8_t* tables, std::uint16_t threshold, std::uint16_t* scores,
          std::uint64_t* marks) {
  for (std::size_t g = 0; g < groups; ++g) {
    marks[g] = scan_group(rows + g * row_bytes * kBitGroupRows, row_bytes, tables, threshold,
                          scores + g * kBitGroupRows);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace m2v::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace m2v::simd {

HWY_EXPORT(scan);

void scan_bits(const std::uint8_t* rows, std::size_t groups, std::size_t row_bytes,
               const std::uint8_t* tables, std::uint16_t threshold, std::uint16_t* scores,
               std::uint64_t* marks) noexcept {
  assert(row_bytes % 2 == 0);
  HWY_DYNAMIC_DISPATCH(scan)(rows, groups, row_bytes, tables, threshold, scores, marks);
}

}  // namespace m2v::simd
#endif
