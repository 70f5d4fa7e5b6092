#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace m2v::encoder {

/// Where packed weights lie, all of a model's together, in the largest pages that the system gives:
/// every batch reads all of them, and with small pages the look-up of addresses would cost some
/// percent of the time. Freed when this object goes.
class WeightMemory {
 public:
  WeightMemory() = default;
  WeightMemory(const WeightMemory&) = delete;
  WeightMemory& operator=(const WeightMemory&) = delete;

  /// Zeroed, aligned to a cache line. Throws std::bad_alloc.
  void* allocate(std::size_t bytes);

 private:
  struct Unmap {
    std::size_t size = 0;
    void operator()(std::byte* data) const;
  };
  std::vector<std::unique_ptr<std::byte[], Unmap>> chunks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace m2v::encoder
