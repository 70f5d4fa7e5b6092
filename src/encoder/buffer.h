#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace m2v::encoder {

/// Floats aligned to a cache line, zero at first: a vector load then touches one line, not two.
/// Large ones lie in large pages, where the system gives them.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t count);

  float* data() noexcept { return data_.get(); }
  const float* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }

 private:
  struct Delete {
    std::align_val_t alignment;
    void operator()(float* data) const { ::operator delete[](data, alignment); }
  };
  std::unique_ptr<float[], Delete> data_{nullptr, Delete{std::align_val_t{1}}};
  std::size_t size_ = 0;
};

}  // namespace m2v::encoder
