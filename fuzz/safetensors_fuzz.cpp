#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "formats/safetensors.h"
#include "m2v/error.h"

/// Parses arbitrary bytes as safetensors, which must throw a FormatError or yield tensors that tile
/// the data of the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    const auto tensors = m2v::formats::parse_safetensors(bytes, "fuzz");
    std::size_t total = 0;
    std::size_t sum = 0;
    for (const m2v::formats::TensorView& tensor : tensors) {
      total += tensor.bytes.size();
      for (const std::byte byte : tensor.bytes) sum += std::to_integer<std::size_t>(byte);
      if (tensor.elements() * m2v::formats::tensor_type_size(tensor.type) != tensor.bytes.size()) {
        std::abort();
      }
      try {
        if (m2v::formats::to_float64(tensor, "fuzz").size() != tensor.elements()) std::abort();
      } catch (const m2v::FormatError&) {
        continue;  // not of a float type
      }
    }
    // Use the sum, so that every byte is read and sanitizers detect a view beyond the file.
    if (total > size || sum > 255 * total) std::abort();
  } catch (const m2v::FormatError&) {
    return 0;
  }
  return 0;
}
