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

#include "core/flat_array.h"

namespace m2v::store {

/// The dtypes of the format. Their order is that of the reference crate: files are written from the
/// last to the first, so that every tensor is aligned to its own elements.
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

std::size_t tensor_type_size(TensorType type) noexcept;       ///< Bytes an element.
std::string_view tensor_type_name(TensorType type) noexcept;  ///< "F16", ...

/// A tensor inside a mapped file, or one to be written. Owns no bytes.
struct TensorView {
  std::string name;
  TensorType type = TensorType::kF32;
  std::vector<std::size_t> shape;
  std::span<const std::byte> bytes;  ///< Little-endian; of any alignment, so copy elements out.

  std::size_t elements() const noexcept;  ///< The product of the shape; 1 for a scalar.
};

/// Reads the tensors of a whole file in memory and checks all of it; the views point into `bytes`.
/// Throws FormatError; `file` is what it calls the file.
std::vector<TensorView> parse_safetensors(std::span<const std::byte> bytes,
                                          const std::string& file);

/// A safetensors file, mapped, its header fully checked: sizes, offsets, overlaps, holes, dtypes.
///
///   | u64 LE: n | n bytes of JSON header | tensor bytes ... |
class SafetensorsFile {
 public:
  /// Throws IoError or FormatError.
  static SafetensorsFile open(const std::filesystem::path& path);
  /// The same for a file that is in memory already; `path` is what errors call it.
  static SafetensorsFile parse(core::FlatArray<char> bytes, std::string path);

  const TensorView* find(std::string_view name) const noexcept;
  /// Throws FormatError, listing what the file has, if there is no such tensor.
  const TensorView& at(std::string_view name) const;
  const std::vector<TensorView>& tensors() const noexcept { return tensors_; }
  const std::string& path() const noexcept { return path_; }
  /// Where the bytes of one of its tensors begin in the file.
  std::size_t offset(const TensorView& tensor) const noexcept;

 private:
  core::FlatArray<char> bytes_;
  std::string path_;
  std::vector<TensorView> tensors_;
};

/// Copies a tensor of F16, BF16, F32 or F64 as float32 or float64 values.
/// Throws FormatError (naming `file`) for any other type.
std::vector<float> to_float32(const TensorView& tensor, const std::string& file);
std::vector<double> to_float64(const TensorView& tensor, const std::string& file);

/// Where the bytes of a file go, one piece after the other.
using ByteSink = std::function<void(std::span<const std::byte>)>;

/// Writes a file in the canonical order (TensorType descending, then name), the tensors from a
/// multiple of 8 bytes on. The same input gives the same bytes. Throws std::invalid_argument for
/// tensors that contradict themselves (bytes that do not fit type and shape, a name twice).
void write_safetensors(const ByteSink& sink, std::span<const TensorView> tensors,
                       std::span<const std::pair<std::string, std::string>> metadata = {});
/// The same to an OutputFile. Throws IoError as well.
void write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                       std::span<const std::pair<std::string, std::string>> metadata = {});

}  // namespace m2v::store
