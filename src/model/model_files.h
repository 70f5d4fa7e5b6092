#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/flat_array.h"
#include "formats/sections.h"

namespace m2v::model {

/// The files of a model by name, from a folder or from a compiled model, which contains copies of
/// them. All of them belong to the same save: they are opened together, and none is opened by its
/// path later.
class ModelFiles {
 public:
  ModelFiles() = default;
  /// Opens those of kModelFiles that exist; .safetensors files are memory-mapped, all others read
  /// into memory. Starts over if the model is replaced meanwhile. Throws IoError if `folder` is not
  /// a readable folder, FormatError if the record of an interrupted save is damaged, and Error if
  /// the model is replaced at every attempt.
  static ModelFiles in_folder(const std::filesystem::path& folder);
  /// The files within a compiled model.
  static ModelFiles in_compiled(formats::Sections sections);

  /// Returns whether the file exists; it may still be unreadable.
  bool has(std::string_view name) const;
  /// Returns the content of a file; the array keeps it alive. Throws IoError if the file of a
  /// folder does not exist or could not be read, and FormatError if a compiled model lacks it.
  base::FlatArray<char> open(std::string_view name) const;
  std::string path(std::string_view name) const;  ///< Name of the file in error messages.
  std::string path() const;                       ///< Name of the model in error messages.
  /// Returns the sections of the compiled model, or null for a folder.
  const formats::Sections* compiled() const { return compiled_ ? &*compiled_ : nullptr; }

 private:
  struct File {
    std::string_view name;
    base::FlatArray<char> content;
    int error;  ///< The errno value if the file could not be read, else 0.
  };
  class Reader;
  const File* find(std::string_view name) const noexcept;

  std::filesystem::path folder_;
  std::vector<File> files_;
  std::optional<formats::Sections> compiled_;
};

}  // namespace m2v::model
