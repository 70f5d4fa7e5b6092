#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/pages.h"
#include "core/scratch_file.h"

namespace m2v::core {

/// Numbers that may be more than memory holds. A few are a vector; many lie in a ScratchFile, which
/// the system writes out where memory is short.
class ScratchArray {
 public:
  static constexpr std::size_t kInMemory = std::size_t{64} << 20;

  ScratchArray() = default;
  /// Up to `in_memory` numbers stay in memory.
  explicit ScratchArray(std::size_t in_memory) : in_memory_(in_memory) {}
  ScratchArray(ScratchArray&& other) noexcept;
  ScratchArray& operator=(ScratchArray&& other) noexcept;

  /// Throws IoError if the disk is full; nothing is appended then.
  void append(std::span<const std::uint32_t> numbers);

  std::span<std::uint32_t> values() noexcept { return {data(), size_}; }
  std::span<const std::uint32_t> values() const noexcept {
    return {const_cast<ScratchArray*>(this)->data(), size_};
  }
  std::size_t size() const noexcept { return size_; }

 private:
  std::uint32_t* data() noexcept {
    return mapped_.size() > 0 ? static_cast<std::uint32_t*>(mapped_.data()) : memory_.data();
  }
  void grow(std::size_t needed);

  std::size_t in_memory_ = kInMemory;
  std::size_t size_ = 0;
  std::vector<std::uint32_t> memory_;
  ScratchFile file_;
  Pages mapped_;
};

}  // namespace m2v::core
