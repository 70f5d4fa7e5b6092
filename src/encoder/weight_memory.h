#pragma once

#include <cstddef>
#include <vector>

#include "base/pages.h"

namespace m2v::encoder {

/// The memory for all packed weights of a model, in huge pages where the system provides them:
/// every batch reads all weights, and with small pages address translation would take some percent
/// of the time. The memory is freed by the destructor.
class WeightMemory {
 public:
  WeightMemory() = default;
  WeightMemory(const WeightMemory&) = delete;
  WeightMemory& operator=(const WeightMemory&) = delete;

  /// Returns zeroed memory, aligned to a cache line, that lives as long as this object. Throws
  /// std::bad_alloc.
  void* allocate(std::size_t bytes);

 private:
  std::vector<base::Pages> chunks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace m2v::encoder
