#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "encoder/torch_file.h"
#include "m2v/error.h"

/// Parses arbitrary bytes as a file of torch.save, which must throw a FormatError or yield tensors
/// that lie within the file, each of the size that its shape implies.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    std::size_t sum = 0, read = 0;
    for (const m2v::formats::TensorView& tensor : m2v::encoder::parse_torch_file(bytes, "fuzz")) {
      const std::byte* const begin = tensor.bytes.data();
      if (begin < bytes.data() || begin + tensor.bytes.size() > bytes.data() + size) std::abort();
      if (tensor.elements() * m2v::formats::tensor_type_size(tensor.type) != tensor.bytes.size()) {
        std::abort();
      }
      // Tensors may share a storage, so read one byte of each only: the work stays proportional to
      // the size of the file.
      if (tensor.bytes.empty()) continue;
      sum += std::to_integer<std::size_t>(tensor.bytes.back());
      ++read;
    }
    // Use the sum, so that the bytes are read and sanitizers detect a view beyond the file.
    if (sum > 255 * read) std::abort();
  } catch (const m2v::FormatError&) {
    return 0;
  }
  return 0;
}
