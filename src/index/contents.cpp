#include "index/contents.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

namespace m2v::index {
namespace {

/// Returns the dtype of the vectors from which scores are computed.
DType row_type(IndexDType dtype) {
  constexpr DType kRowTypes[] = {DType::kFloat32, DType::kFloat16, DType::kInt8, DType::kFloat16};
  return kRowTypes[static_cast<std::size_t>(dtype)];
}

}  // namespace

void check_shape(std::size_t dim, Metric metric, IndexDType dtype) {
  if (dim == 0) throw std::invalid_argument("an index needs vectors of at least one value");
  if (dim > std::numeric_limits<std::uint32_t>::max()) {
    throw std::invalid_argument("an index of " + std::to_string(dim) + " values a vector");
  }
  if (dtype == IndexDType::kBit) {
    if (metric != Metric::kCosine) {
      throw std::invalid_argument("a bit index requires the cosine metric");
    }
    if (dim > BitRows::kMaxDim) {
      throw std::invalid_argument("an index of single bits has at most " +
                                  std::to_string(BitRows::kMaxDim) + " values a vector");
    }
  }
}

Contents::Contents(std::size_t dimension_of, Metric kind, IndexDType how)
    : dim(dimension_of), metric(kind), dtype(how), rows(dim, row_type(how), unit()) {
  if (how == IndexDType::kBit) bits.emplace(dim, rows.rows_per_block());
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

/// Drops all ids from `size` on. The map contains only those before `mapped`.
void Contents::drop_ids(std::size_t size, std::size_t mapped) {
  while (mapped-- > size) map.erase(ids[mapped], ids);
  ids.resize(size);
}

void Contents::append(std::span<const std::uint64_t> new_ids, MatrixView vectors,
                      std::span<const Column> new_columns) {
  const std::size_t before = size(), needed = before + new_ids.size();
  if (needed > IdMap::kMaxRows) {
    throw std::invalid_argument("an index holds at most " + std::to_string(IdMap::kMaxRows) +
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

}  // namespace m2v::index
