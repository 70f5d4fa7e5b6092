#pragma once

#include <cstddef>

#include "core/pages.h"

namespace m2v::core {

/// A file without a name in the folder for temporary files (TMPDIR), made on first use. It is gone
/// when the program is, however that ends.
class ScratchFile {
 public:
  ScratchFile() = default;
  ~ScratchFile();
  ScratchFile(ScratchFile&& other) noexcept;
  ScratchFile& operator=(ScratchFile&& other) noexcept;

  /// The bytes from `offset`, a multiple of 64 KiB, on; the file becomes that long. Throws IoError,
  /// also if the disk is full.
  Pages map(std::size_t offset, std::size_t bytes);

 private:
  int descriptor_ = -1;
};

}  // namespace m2v::core
