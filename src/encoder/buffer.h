#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace m2v::encoder {

/// Floats aligned to a cache line, zero at first: a vector load then touches one line, not two.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t count)
      : data_(new(std::align_val_t(kAlignment)) float[count]), size_(count) {
    std::fill_n(data_.get(), count, 0.0f);
  }

  float* data() noexcept { return data_.get(); }
  const float* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::size_t kAlignment = 64;
  struct Delete {
    void operator()(float* data) const { ::operator delete[](data, std::align_val_t(kAlignment)); }
  };
  std::unique_ptr<float[], Delete> data_;
  std::size_t size_ = 0;
};

}  // namespace m2v::encoder
