#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/pages.h"
#include "base/scratch_file.h"

namespace m2v::base {

/// A growing array of numbers that may be larger than memory. Small arrays are stored in a vector,
/// large ones in a ScratchFile, which the system writes to disk when memory is short. Move-only.
class ScratchArray {
 public:
  static constexpr std::size_t kInMemory = std::size_t{64} << 20;  ///< In numbers (256 MiB).

  ScratchArray() = default;
  /// Keeps up to `in_memory` numbers in memory.
  explicit ScratchArray(std::size_t in_memory) : in_memory_(in_memory) {}
  ScratchArray(ScratchArray&& other) noexcept;
  ScratchArray& operator=(ScratchArray&& other) noexcept;

  /// Appends numbers. Throws IoError, and appends nothing, if the disk is full.
  void append(std::span<const std::uint32_t> numbers);

  /// All numbers. The view is valid until the next append() or move.
  std::span<std::uint32_t> values() noexcept { return {data(), size_}; }
  std::span<const std::uint32_t> values() const noexcept {
    return {const_cast<ScratchArray*>(this)->data(), size_};
  }
  std::size_t size() const noexcept { return size_; }  ///< The number of values.

 private:
  std::uint32_t* data() noexcept {
    return mapped_.size() > 0 ? static_cast<std::uint32_t*>(mapped_.data()) : memory_.data();
  }
  void grow(std::size_t needed);

  std::size_t in_memory_ = kInMemory;
  std::size_t size_ = 0;
  std::vector<std::uint32_t> memory_;  ///< The numbers, as long as mapped_ is empty.
  ScratchFile file_;
  Pages mapped_;  ///< The mapping of file_, or empty.
};

}  // namespace m2v::base
