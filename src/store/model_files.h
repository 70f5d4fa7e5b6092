#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/flat_array.h"
#include "core/sections.h"

namespace m2v::store {

/// Whether there is something of that name. Throws IoError if that cannot be told.
bool is_there(const std::filesystem::path& path);

/// The files of a model by their names: in a folder, or in a compiled file, which keeps them as
/// they were.
class ModelFiles {
 public:
  ModelFiles() = default;
  /// Throws IoError unless it is a folder.
  static ModelFiles in_folder(const std::filesystem::path& folder);
  static ModelFiles in_compiled(core::Sections sections);

  bool has(std::string_view name) const;
  core::FlatArray<char> open(std::string_view name) const;  ///< Throws IoError or FormatError.
  std::string path(std::string_view name) const;            ///< What errors call the file.
  std::string path() const;                                 ///< What they call the whole.
  /// The compiled file; null for a folder.
  const core::Sections* compiled() const { return compiled_ ? &*compiled_ : nullptr; }

 private:
  std::filesystem::path folder_;
  std::optional<core::Sections> compiled_;
};

}  // namespace m2v::store
