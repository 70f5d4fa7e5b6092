#pragma once

#include <cstddef>

#include "base/descriptor.h"
#include "base/pages.h"

namespace m2v::base {

/// An anonymous temporary file in the folder for temporary files (TMPDIR), created on first use.
/// The system removes it when the program ends, even after a crash. Move-only.
class ScratchFile {
 public:
  ScratchFile() = default;

  /// Enlarges the file if necessary and maps `bytes` bytes of it from `offset` on, a multiple of
  /// 64 KiB. The mapping may outlive this object. Throws IoError, also if the disk is full.
  Pages map(std::size_t offset, std::size_t bytes);

 private:
  Descriptor file_;
};

}  // namespace m2v::base
