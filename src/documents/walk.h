#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "documents/kinds.h"

namespace m2v::documents {

/// A file to read.
struct FoundFile {
  std::filesystem::path path;
  Kind kind;
};

/// The files found below a folder.
struct Walk {
  std::vector<FoundFile> files;       ///< Sorted by name within each folder.
  std::vector<std::string> problems;  ///< One sentence per file or folder that is inaccessible.
  std::size_t other_files = 0;        ///< Number of files of unknown kinds, which are skipped.
};

/// Patterns of the files to include and exclude, as in m2v::CorpusOptions.
struct Patterns {
  const std::vector<std::string>& include;
  const std::vector<std::string>& exclude;
};

/// Finds the files below a folder. Skips hidden files and package folders (node_modules,
/// __pycache__). Links are followed, but no file and no folder is visited twice. Throws IoError if
/// the folder itself cannot be read.
Walk walk(const std::filesystem::path& folder, const Patterns& patterns);

}  // namespace m2v::documents
