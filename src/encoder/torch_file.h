#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "store/safetensors.h"

namespace m2v::encoder {

/// The tensors of a file as torch.save writes a dictionary of them: a zip archive, or, before torch
/// 1.6, pickles and numbers one behind the other. The views point into `bytes`. Nothing in the file
/// is executed; whatever is not part of a dictionary of tensors is refused. Throws FormatError,
/// which calls the file `file`.
std::vector<store::TensorView> parse_torch_file(std::span<const std::byte> bytes,
                                                const std::string& file);

}  // namespace m2v::encoder
