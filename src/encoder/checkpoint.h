#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/weight_files.h"
#include "formats/safetensors.h"

namespace m2v::encoder {

/// A table of vectors [rows, dim] that stays in its file, in float32, float16 or bfloat16, and is
/// read row by row: vocabularies are large, and most rows are needed at most once.
class EmbeddingTable {
 public:
  EmbeddingTable() = default;
  EmbeddingTable(std::shared_ptr<const base::MappedFile> file, formats::TensorView tensor)
      : file_(std::move(file)), tensor_(std::move(tensor)) {}

  std::size_t rows() const noexcept { return tensor_.shape[0]; }
  std::size_t dim() const noexcept { return tensor_.shape[1]; }
  /// Writes a row to out [dim()], as float32. Precondition: row < rows().
  void read(std::size_t row, float* out) const noexcept;

 private:
  std::shared_ptr<const base::MappedFile> file_;  // owns the mapping that tensor_ points into
  formats::TensorView tensor_;
};

/// The weights of a transformer, by name. The shape of every tensor is checked when it is read.
class Checkpoint {
 public:
  /// Opens the weights of a folder, see WeightFiles. `probe` is the name of a tensor that every
  /// checkpoint of the family has; it determines the prefix of all names ("", "bert.", ...). Throws
  /// IoError or FormatError.
  Checkpoint(const std::filesystem::path& folder, std::string_view probe);

  /// Names are without the prefix.
  bool has(std::string_view name) const;
  /// Reads a tensor as float32. Throws FormatError if it is missing, has another shape, or is not
  /// F32, F16 or BF16.
  std::vector<float> read(std::string_view name, std::initializer_list<std::size_t> shape) const;
  /// Returns a tensor [rows, dim] without reading it. Throws as read() does.
  EmbeddingTable table(std::string_view name, std::size_t rows, std::size_t dim) const;
  /// The path of the weights, for error messages.
  const std::string& path() const noexcept { return files_.path(); }

 private:
  const WeightFiles::Entry& at(std::string_view name,
                               std::initializer_list<std::size_t> shape) const;

  WeightFiles files_;
  std::string prefix_;
};

}  // namespace m2v::encoder
