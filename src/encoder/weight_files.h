#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/mapped_file.h"
#include "formats/safetensors.h"

namespace m2v::encoder {

/// The tensors of a model, from one or several files.
class WeightFiles {
 public:
  struct Entry {
    formats::TensorView tensor;
    std::shared_ptr<const base::MappedFile> file;  ///< Owns the memory that `tensor` points into.
    std::shared_ptr<const std::string> path;       ///< The path of that file.
  };

  /// Opens the first of these that `folder` contains: model.safetensors,
  /// model.safetensors.index.json with the files that it lists, pytorch_model.bin,
  /// pytorch_model.bin.index.json. Throws IoError if there is none of them or one cannot be read,
  /// FormatError if a file is invalid.
  static WeightFiles open(const std::filesystem::path& folder);

  /// Returns the tensor of that name, or null. The pointer is valid as long as this object.
  const Entry* find(const std::string& name) const noexcept;
  /// The path of the file, or of the index if there are several files, for error messages.
  const std::string& path() const noexcept { return path_; }

 private:
  void add(const std::filesystem::path& path);
  void add_all_of_index(const std::filesystem::path& path);

  std::string path_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace m2v::encoder
