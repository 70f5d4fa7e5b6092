#pragma once

#include <cstddef>
#include <vector>

namespace m2v::encoder {

/// A bias of the attention's scores that depends on the distance between two positions alone, in
/// buckets that widen with the distance, as T5 has it; the same for all layers.
struct RelativeBias {
  std::vector<float> values;  ///< [buckets, heads]
  std::size_t buckets = 0, heads = 0, max_distance = 128;

  /// [heads, length, length]: for a query i and a key j.
  std::vector<float> table(std::size_t length) const;
};

/// T5's bucket of a distance key - query, half of the buckets for each direction.
std::size_t t5_bucket(std::ptrdiff_t distance, std::size_t buckets, std::size_t max_distance);

/// DeBERTa's number of a distance query - key, from 0 to 2 span - 1: exact up to span / 2, then
/// ever coarser up to `max_distance`. With `buckets` 0 every distance is exact up to the span.
struct DebertaDistances {
  std::size_t span = 0, buckets = 0, max_distance = 0;

  unsigned index(std::ptrdiff_t distance) const;
  /// [length, length]: for a query i and a key j.
  std::vector<unsigned> table(std::size_t length) const;
};

}  // namespace m2v::encoder
