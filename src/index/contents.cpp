#include "search/contents.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

namespace m2v::search {
namespace {

/// The type of the values that scores come from.
DType row_type(Width width) {
  constexpr DType kTypes[] = {DType::kFloat32, DType::kFloat16, DType::kInt8, DType::kFloat16};
  return kTypes[static_cast<std::size_t>(width)];
}

}  // namespace

void check_shape(std::size_t dim, Metric metric, Width width) {
  if (dim == 0) throw std::invalid_argument("an index needs vectors of at least one value");
  if (dim > std::numeric_limits<std::uint32_t>::max()) {
    throw std::invalid_argument("an index of " + std::to_string(dim) + " values a vector");
  }
  if (width == Width::kBit) {
    if (metric != Metric::kCosine) {
      throw std::invalid_argument("an index of single bits is for the cosine metric");
    }
    if (dim > BitRows::kMostDim) {
      throw std::invalid_argument("an index of single bits has at most " +
                                  std::to_string(BitRows::kMostDim) + " values a vector");
    }
  }
}

Contents::Contents(std::size_t width_of_vectors, Metric kind, Width how)
    : dim(width_of_vectors), metric(kind), width(how), rows(dim, row_type(how), unit()) {
  if (how == Width::kBit) bits.emplace(dim, rows.rows_per_block());
}

void Contents::insert_ids(std::span<const std::uint64_t> new_ids) {
  const std::size_t before = size(), needed = before + new_ids.size();
  if (needed > ids.capacity()) ids.reserve(std::max(needed, ids.capacity() * 2));
  map.reserve(needed, ids);
  ids.insert(ids.end(), new_ids.begin(), new_ids.end());
  for (std::size_t row = before; row < needed; ++row) {
    if (map.insert(row, ids)) continue;
    const std::uint64_t twice = ids[row];
    drop_ids(before, row);
    throw std::invalid_argument("id " + std::to_string(twice) +
                                " is there already; ids are unique: remove it first");
  }
}

/// Goes back to `size` ids; those up to `mapped` are in the map.
void Contents::drop_ids(std::size_t size, std::size_t mapped) {
  while (mapped-- > size) map.erase(ids[mapped], ids);
  ids.resize(size);
}

void Contents::append(std::span<const std::uint64_t> new_ids, MatrixView vectors,
                      std::span<const Column> new_columns) {
  const std::size_t before = size(), needed = before + new_ids.size();
  if (needed > IdMap::kMostRows) {
    throw std::invalid_argument("an index holds at most " + std::to_string(IdMap::kMostRows) +
                                " vectors");
  }
  rows.reserve(needed);
  if (bits) bits->reserve(needed);
  std::vector<float> vector(dim);
  insert_ids(new_ids);
  try {
    columns.append(new_columns, before, new_ids.size());
  } catch (...) {
    columns.resize(before);
    drop_ids(before, needed);
    throw;
  }
  for (std::size_t i = 0; i < new_ids.size(); ++i) {
    copy_vector(vectors.data + i * dim, dim, unit(), vector.data());
    rows.set(before + i, vector.data());
    if (bits) bits->set(before + i, vector.data());
  }
}

void Contents::remove(std::size_t row) {
  const std::size_t last = size() - 1;
  map.erase(ids[row], ids);
  if (row != last) {
    rows.copy(last, row);
    if (bits) bits->copy(last, row);
    columns.copy(last, row);
    map.move(ids[last], row, ids);
    ids[row] = ids[last];
  }
  ids.pop_back();
  columns.resize(last);
}

}  // namespace m2v::search
