#pragma once

#include <filesystem>
#include <string>

namespace m2v::base {

/// Returns the extension of a file name in lower case (".npy" for "Vectors.NPY"), or an empty
/// string if it has none. File formats are recognized by it. Only ASCII letters are converted.
inline std::string lower_extension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return extension;
}

}  // namespace m2v::base
