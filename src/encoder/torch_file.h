#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "formats/safetensors.h"

namespace m2v::encoder {

/// Parses a dictionary of tensors written by torch.save: a zip archive or, before torch 1.6, a
/// sequence of pickles and raw numbers. The views point into `bytes`. Nothing in the file is
/// executed; pickle operations that are not needed for a dictionary of tensors are rejected. Throws
/// FormatError, which names the file `file`.
std::vector<formats::TensorView> parse_torch_file(std::span<const std::byte> bytes,
                                                  const std::string& file);

}  // namespace m2v::encoder
