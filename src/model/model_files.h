#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/flat_array.h"
#include "core/sections.h"

namespace m2v::store {

/// The files of a model by their names: of a folder, or of a compiled file, which keeps them as
/// they were. All of them are of one save: they are opened together, and nothing is opened by its
/// path later.
class ModelFiles {
 public:
  ModelFiles() = default;
  /// Opens what there is of kModelFiles: tensors are mapped, the rest is read. If the model is
  /// replaced meanwhile, it begins anew. Throws IoError unless it is a folder that can be read.
  static ModelFiles in_folder(const std::filesystem::path& folder);
  static ModelFiles in_compiled(core::Sections sections);

  bool has(std::string_view name) const;
  /// Throws IoError for a file that is there and cannot be read, or FormatError.
  core::FlatArray<char> open(std::string_view name) const;
  std::string path(std::string_view name) const;  ///< What errors call the file.
  std::string path() const;                       ///< What they call the whole.
  /// The compiled file; null for a folder.
  const core::Sections* compiled() const { return compiled_ ? &*compiled_ : nullptr; }

 private:
  struct File {
    std::string_view name;
    core::FlatArray<char> content;
    int error;  ///< An errno value: why there is no content; 0: there is.
  };
  class Reader;
  const File* find(std::string_view name) const noexcept;

  std::filesystem::path folder_;
  std::vector<File> files_;
  std::optional<core::Sections> compiled_;
};

}  // namespace m2v::store
