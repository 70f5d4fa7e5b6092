#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "corpus/kinds.h"

namespace m2v::corpus {

struct FoundFile {
  std::filesystem::path path;
  Kind kind;
};

/// What a folder holds.
struct Walk {
  std::vector<FoundFile> files;       ///< In the order of their names, folder by folder.
  std::vector<std::string> problems;  ///< What could not be looked at, a sentence each.
  std::size_t other_files = 0;        ///< Files whose kind is not known.
};

/// Patterns of files that are wanted and not wanted, as in m2v::CorpusOptions.
struct Patterns {
  const std::vector<std::string>& include;
  const std::vector<std::string>& exclude;
};

/// Finds the files below a folder. A link is followed; no file and no folder is found twice.
/// Throws IoError if the folder itself cannot be read.
Walk walk(const std::filesystem::path& folder, const Patterns& patterns);

}  // namespace m2v::corpus
