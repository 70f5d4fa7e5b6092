#pragma once

#include <cstddef>
#include <vector>

namespace m2v::encoder {

/// T5's relative position bias: a term of the attention scores that depends only on the distance
/// between two positions, in buckets that widen with the distance. All layers share it.
struct RelativeBias {
  std::vector<float> values;  ///< [buckets, heads]
  std::size_t buckets = 0, heads = 0, max_distance = 128;

  /// Returns the biases [heads, length, length] of query position i and key position j.
  std::vector<float> table(std::size_t length) const;
};

/// Returns T5's bucket of a distance, the key's position minus the query's. Each direction has half
/// of the buckets. Preconditions: buckets >= 4, max_distance > buckets / 4.
std::size_t t5_bucket(std::ptrdiff_t distance, std::size_t buckets, std::size_t max_distance);

/// DeBERTa's numbering of distances, the query's position minus the key's, from 0 to 2 span - 1.
/// With buckets, distances are exact up to buckets / 2 and then increasingly coarse up to
/// `max_distance`; with `buckets` 0 all distances up to the span are exact.
struct DebertaDistances {
  std::size_t span = 0, buckets = 0, max_distance = 0;

  /// Returns the number of a distance.
  unsigned index(std::ptrdiff_t distance) const;
  /// Returns the numbers [length, length] for query position i and key position j.
  std::vector<unsigned> table(std::size_t length) const;
};

}  // namespace m2v::encoder
