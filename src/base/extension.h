#pragma once

#include <filesystem>
#include <string>

namespace m2v::io {

/// ".npy" for "Vectors.NPY": what decides the format of a file. ASCII letters only.
inline std::string lower_extension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return extension;
}

}  // namespace m2v::io
