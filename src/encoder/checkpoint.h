#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/weight_files.h"
#include "store/safetensors.h"

namespace m2v::encoder {

/// A table of vectors in the file, float32, float16 or bfloat16, read a row at a time: vocabularies
/// are large and most of a table is needed once.
class EmbeddingTable {
 public:
  EmbeddingTable() = default;
  EmbeddingTable(std::shared_ptr<const core::MappedFile> file, store::TensorView tensor)
      : file_(std::move(file)), tensor_(std::move(tensor)) {}

  std::size_t rows() const noexcept { return tensor_.shape[0]; }
  std::size_t dim() const noexcept { return tensor_.shape[1]; }
  /// Precondition: row < rows(); `out` has dim() values.
  void read(std::size_t row, float* out) const noexcept;

 private:
  std::shared_ptr<const core::MappedFile> file_;  // keeps the mapping that tensor_ points into
  store::TensorView tensor_;
};

/// The weights of a transformer by name, every shape checked where it is read.
class Checkpoint {
 public:
  /// Opens the folder's weights, see WeightFiles. `probe` is a tensor that every checkpoint of the
  /// family has: it tells the prefix that all names carry ("", "bert.", ...). Throws IoError or
  /// FormatError.
  Checkpoint(const std::filesystem::path& folder, std::string_view probe);

  bool has(std::string_view name) const;
  /// A tensor of exactly this shape as float32. Throws FormatError otherwise.
  std::vector<float> read(std::string_view name, std::initializer_list<std::size_t> shape) const;
  EmbeddingTable table(std::string_view name, std::size_t rows, std::size_t dim) const;
  const std::string& path() const noexcept { return files_.path(); }

 private:
  const WeightFiles::Entry& at(std::string_view name,
                               std::initializer_list<std::size_t> shape) const;

  WeightFiles files_;
  std::string prefix_;
};

}  // namespace m2v::encoder
