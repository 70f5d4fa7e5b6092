#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "base/replaceable_file.h"

namespace m2v::model {

/// The steps that a save has left to do once all of its new files are written, stored in the folder
/// itself as ".m2v-save.json". The model counts as saved from the moment at which this file exists:
/// readers read the new model through it, and the next save applies it first.
///
///   {"steps": [{"file": "tokenizer.json", "from": ".tokenizer.json.m2v-k3x09a"},   rename
///              {"file": "head.safetensors"},                                       remove
///              {"file": "config.json", "from": ".config.json.m2v-0yb2mz"}]}        deciding file
struct SaveRecord {
  struct Step {
    std::string file;       ///< Path within the folder of the model.
    std::string temporary;  ///< Name of the new file, which lies beside `file` or, if that is a
                            ///< link, beside its target. If empty, `file` is removed.
  };
  std::vector<Step> steps;

  static constexpr std::string_view kName = ".m2v-save.json";

  /// Parses a record. Throws FormatError, calling the record `file`, if it is malformed, or names
  /// anything but files of a model and temporary files, which is all that a save can have written.
  static SaveRecord parse(std::string_view json, const std::string& file);
  /// Returns the record as JSON, with a final line feed.
  std::string dump() const;

  /// Returns the step for a file, or null if the save leaves the file alone.
  const Step* find(std::string_view file) const noexcept;
  /// Performs all steps that are not done yet, syncs them to disk, and removes the record. `path`
  /// is the folder in error messages. Throws IoError.
  void apply(const base::Descriptor& folder, const std::filesystem::path& path) const;
};

/// Returns the location of a file of the folder, with links followed. `path` is the folder in error
/// messages. Throws IoError.
base::FileLocation location_in(const base::Descriptor& folder, const std::filesystem::path& path,
                               std::string_view file);
/// Returns the location of the temporary file of that name beside the file at `location`.
base::FileLocation temporary_location(const base::FileLocation& location,
                                      const std::string& temporary);

}  // namespace m2v::model
