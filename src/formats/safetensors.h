#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/flat_array.h"

namespace m2v::formats {

/// The dtypes of the format, in the order of the reference crate (`safetensors`). Files are written
/// from the last type to the first, so that every tensor is aligned to its element size.
enum class TensorType {
  kBool,
  kU8,
  kI8,
  kF8E5M2,
  kF8E4M3,
  kI16,
  kU16,
  kF16,
  kBF16,
  kI32,
  kU32,
  kF32,
  kF64,
  kI64,
  kU64
};

std::size_t tensor_type_size(TensorType type) noexcept;       ///< Bytes per element.
std::string_view tensor_type_name(TensorType type) noexcept;  ///< The format's name: "F16", ...

/// A tensor in a file, or one to be written. Does not own its bytes.
struct TensorView {
  std::string name;
  TensorType type = TensorType::kF32;
  std::vector<std::size_t> shape;    ///< Empty for a scalar.
  std::span<const std::byte> bytes;  ///< Little-endian, row-major, and possibly unaligned.

  std::size_t elements() const noexcept;  ///< The product of the shape; 1 for a scalar.
};

/// Parses a whole file in memory and checks its header: sizes, offsets, overlaps, holes and dtypes.
/// The views point into `bytes`. Throws FormatError, which names `file`.
std::vector<TensorView> parse_safetensors(std::span<const std::byte> bytes,
                                          const std::string& file);

/// A safetensors file, mapped into memory, whose header has been checked by parse_safetensors().
/// Its tensors are valid as long as this object or a copy of it.
///
///   | u64 LE: n | n bytes of JSON header | tensor bytes ... |
class SafetensorsFile {
 public:
  /// Maps and parses a file. Throws IoError or FormatError.
  static SafetensorsFile open(const std::filesystem::path& path);
  /// Parses a file in memory; errors name `path`. Throws FormatError.
  static SafetensorsFile parse(base::FlatArray<char> bytes, std::string path);

  /// Returns the tensor of that name, or null if there is none.
  const TensorView* find(std::string_view name) const noexcept;
  /// Returns the tensor of that name. Throws FormatError, which lists the first tensors of the
  /// file, if there is none.
  const TensorView& at(std::string_view name) const;
  const std::vector<TensorView>& tensors() const noexcept { return tensors_; }
  const std::string& path() const noexcept { return path_; }
  /// The position of the bytes of one of its tensors in the file.
  std::size_t offset(const TensorView& tensor) const noexcept;

 private:
  base::FlatArray<char> bytes_;
  std::string path_;
  std::vector<TensorView> tensors_;
};

/// Converts a tensor of type F16, BF16, F32 or F64 to float32 or float64 values. Throws
/// FormatError, which names `file`, if it has any other type.
std::vector<float> to_float32(const TensorView& tensor, const std::string& file);
std::vector<double> to_float64(const TensorView& tensor, const std::string& file);

/// Receives the bytes of a file, piece by piece.
using ByteSink = std::function<void(std::span<const std::byte>)>;

/// Writes a safetensors file in canonical order (TensorType descending, then name), with the first
/// tensor at a multiple of 8 bytes. `metadata` are the pairs of the header's "__metadata__". The
/// same input gives the same bytes. Throws std::invalid_argument if the bytes of a tensor do not
/// match its type and shape, or if a name is used twice or is "__metadata__".
void write_safetensors(const ByteSink& sink, std::span<const TensorView> tensors,
                       std::span<const std::pair<std::string, std::string>> metadata = {});
/// Does the same through a base::OutputFile. Also throws IoError.
void write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                       std::span<const std::pair<std::string, std::string>> metadata = {});

}  // namespace m2v::formats
