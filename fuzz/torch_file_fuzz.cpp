#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "encoder/torch_file.h"
#include "m2v/error.h"

/// Any bytes are either refused with a FormatError or give tensors inside of the file, each as
/// large as its shape says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    std::size_t sum = 0, read = 0;
    for (const m2v::store::TensorView& tensor : m2v::encoder::parse_torch_file(bytes, "fuzz")) {
      const std::byte* const begin = tensor.bytes.data();
      if (begin < bytes.data() || begin + tensor.bytes.size() > bytes.data() + size) std::abort();
      if (tensor.elements() * m2v::store::tensor_type_size(tensor.type) != tensor.bytes.size()) {
        std::abort();
      }
      // Tensors may share a storage: one byte of each keeps the work within the file's size.
      if (tensor.bytes.empty()) continue;
      sum += std::to_integer<std::size_t>(tensor.bytes.back());
      ++read;
    }
    // The sum is used, so that the bytes are read and a view beyond the file is seen.
    if (sum > 255 * read) std::abort();
  } catch (const m2v::FormatError&) {
    return 0;
  }
  return 0;
}
