#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/descriptor.h"
#include "core/flat_array.h"
#include "core/signal_safe_list.h"
#include "m2v/export.h"

namespace m2v::core {

// Exported by libm2v, though internal: all libraries of a process share this state.

/// A regular file mapped read-only. Movable; the bytes stay where they are. If somebody makes the
/// file shorter, reading what is gone is a SIGBUS: only models, indexes and the like are mapped,
/// which their writers replace and never overwrite; users' texts are read.
class M2V_API MappedFile {
 public:
  /// Throws IoError, also for anything that is not a regular file. An empty file is fine.
  static MappedFile open(const std::filesystem::path& path);
  /// Of an open file; `path` is what errors call it. The descriptor may be closed afterwards.
  static MappedFile map(const Descriptor& file, const std::filesystem::path& path);
  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }
  std::string_view text() const noexcept { return {reinterpret_cast<const char*>(data_), size_}; }

  /// What a handler of SIGBUS looks for (m2v/signals.h).
  struct Mapping {
    const std::byte* data;
    std::size_t size;
    std::string path;
  };

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  SignalSafeList<Mapping>::Entry* mapping_ = nullptr;
};

/// Maps a file for as long as somebody holds its characters. Throws IoError.
M2V_API FlatArray<char> map_characters(const std::filesystem::path& path);
M2V_API FlatArray<char> map_characters(const Descriptor& file, const std::filesystem::path& path);

/// Reads the whole of a regular file. Throws IoError, as MappedFile does.
M2V_API FlatArray<char> read_characters(const std::filesystem::path& path);
M2V_API FlatArray<char> read_characters(const Descriptor& file, const std::filesystem::path& path);

}  // namespace m2v::core
