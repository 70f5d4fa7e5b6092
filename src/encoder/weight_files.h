#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/mapped_file.h"
#include "store/safetensors.h"

namespace m2v::encoder {

/// The tensors of a model, from however many files it comes in.
class WeightFiles {
 public:
  struct Entry {
    store::TensorView tensor;
    std::shared_ptr<const core::MappedFile> file;  ///< Keeps what the tensor points into.
    std::shared_ptr<const std::string> path;
  };

  /// The first of these that `folder` has: model.safetensors, model.safetensors.index.json with the
  /// files that it names, pytorch_model.bin, pytorch_model.bin.index.json. Throws IoError or
  /// FormatError.
  static WeightFiles open(const std::filesystem::path& folder);

  const Entry* find(const std::string& name) const noexcept;
  /// The file, or the index of several, for messages about what is not there.
  const std::string& path() const noexcept { return path_; }

 private:
  void add(const std::filesystem::path& path);
  void add_all_of_index(const std::filesystem::path& path);

  std::string path_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace m2v::encoder
