#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/pages.h"
#include "base/scratch_file.h"

namespace m2v::base {

/// Stores copies of texts, which may be larger than memory in total. Copies never move. Once they
/// exceed a limit, further ones are stored in a ScratchFile, which the system writes to disk when
/// memory is short.
class ScratchText {
 public:
  static constexpr std::size_t kInMemory = std::size_t{256} << 20;  ///< In bytes.

  ScratchText() = default;
  /// Keeps about `in_memory` bytes in memory.
  explicit ScratchText(std::size_t in_memory) : memory_left_(in_memory) {}

  /// Returns a copy of `text`, which lives as long as this object. Throws IoError if the disk is
  /// full.
  std::string_view keep(std::string_view text);

 private:
  void begin_part(std::size_t bytes);

  std::size_t memory_left_ = kInMemory;  ///< How many more bytes may be stored in memory.
  ScratchFile file_;
  std::size_t in_file_ = 0;  ///< The size of file_ in bytes.
  std::vector<Pages> parts_;
  std::size_t used_ = 0;  ///< The number of bytes used in the last part.
};

}  // namespace m2v::base
