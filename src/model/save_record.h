#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/descriptor.h"
#include "core/replaceable_file.h"

namespace m2v::store {

/// What a save has still to do when all of its new files are written: a file of the folder itself,
/// ".m2v-save.json". A model is saved from the moment at which it is there; whoever finds one reads
/// the new model through it, and the next save does first what it says.
///
///   {"steps": [{"file": "tokenizer.json", "from": ".tokenizer.json.m2v-k3x09a"},   renamed
///              {"file": "head.safetensors"},                                       removed
///              {"file": "config.json", "from": ".config.json.m2v-0yb2mz"}]}        decides: last
struct SaveRecord {
  struct Step {
    std::string file;       ///< In the folder of the model.
    std::string temporary;  ///< What it is renamed from, in the folder where `file` leads, if that
                            ///< is a link. Empty: `file` is removed.
  };
  std::vector<Step> steps;

  static constexpr std::string_view kName = ".m2v-save.json";

  /// Only what a save can have written: the files of a model, and names that its temporary files
  /// have. Throws FormatError; `file` is what it calls the record.
  static SaveRecord parse(std::string_view json, const std::string& file);
  std::string dump() const;

  /// Null if the save leaves that file alone.
  const Step* find(std::string_view file) const noexcept;
  /// Does all steps that are not done yet, brings them onto the disk, and removes the record.
  /// `path` is what errors call the folder. Throws IoError.
  void apply(const core::Descriptor& folder, const std::filesystem::path& path) const;
};

/// Where a file of the folder is, links followed; where its temporary file is.
core::FilePlace place_in(const core::Descriptor& folder, const std::filesystem::path& path,
                         std::string_view file);
core::FilePlace temporary_of(const core::FilePlace& place, const std::string& temporary);

}  // namespace m2v::store
