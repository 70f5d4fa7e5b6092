#pragma once

#include <cstddef>
#include <utility>

#include "base/pages.h"

namespace m2v::train {

/// A zeroed, page-aligned array of floats. Pages that are never touched take no memory.
class Floats {
 public:
  Floats() = default;
  explicit Floats(std::size_t count) : pages_(count * sizeof(float)), size_(count) {}

  float* data() const noexcept { return static_cast<float*>(pages_.data()); }
  std::size_t size() const noexcept { return size_; }

 private:
  base::Pages pages_;
  std::size_t size_ = 0;
};

}  // namespace m2v::train
