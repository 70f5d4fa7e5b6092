#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

namespace m2v::capi {

/// Returns a copy of the values, which the caller releases with m2v_free(); NULL if there are none.
/// Throws std::bad_alloc.
template <typename T>
T* copy_for_caller(const std::vector<T>& values) {
  if (values.empty()) return nullptr;
  const std::size_t bytes = values.size() * sizeof(T);
  void* const copy = std::malloc(bytes);
  if (copy == nullptr) throw std::bad_alloc();
  return static_cast<T*>(std::memcpy(copy, values.data(), bytes));
}

}  // namespace m2v::capi
