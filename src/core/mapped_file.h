#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "core/flat_array.h"

namespace m2v::core {

/// A regular file mapped read-only. Movable; the bytes stay where they are.
class MappedFile {
 public:
  /// Throws IoError, also for anything that is not a regular file. An empty file is fine.
  static MappedFile open(const std::filesystem::path& path);
  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }
  std::string_view text() const noexcept { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Maps a file for as long as somebody holds its characters. Throws IoError.
FlatArray<char> map_characters(const std::filesystem::path& path);

}  // namespace m2v::core
