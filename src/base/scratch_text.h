#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/pages.h"
#include "core/scratch_file.h"

namespace m2v::core {

/// Copies of texts, which stay where they are, and which may be more than memory holds: many lie in
/// a ScratchFile, which the system writes out where memory is short.
class ScratchText {
 public:
  static constexpr std::size_t kInMemory = std::size_t{256} << 20;

  ScratchText() = default;
  /// About `in_memory` bytes stay in memory.
  explicit ScratchText(std::size_t in_memory) : memory_left_(in_memory) {}

  /// A copy, which lives as long as this object. Throws IoError if the disk is full.
  std::string_view keep(std::string_view text);

 private:
  void begin_part(std::size_t bytes);

  std::size_t memory_left_ = kInMemory;
  ScratchFile file_;
  std::size_t in_file_ = 0;  ///< Its bytes.
  std::vector<Pages> parts_;
  std::size_t used_ = 0;  ///< Of the last part.
};

}  // namespace m2v::core
