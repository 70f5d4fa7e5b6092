#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/flat_array.h"
#include "base/signal_safe_list.h"
#include "m2v/export.h"

namespace m2v::base {

// These are internal, but libm2v exports them so that all libraries of a process share the state.

/// A regular file mapped read-only and unmapped on destruction. Moving it does not move the bytes.
/// If another process truncates the file, reading the missing bytes raises SIGBUS. Therefore only
/// models, indexes and similar files are mapped, which their writers replace and never overwrite;
/// users' texts are read instead.
class M2V_API MappedFile {
 public:
  /// Maps a file. An empty file gives empty bytes(). Throws IoError if it cannot be mapped or is
  /// not a regular file.
  static MappedFile open(const std::filesystem::path& path);
  /// Maps an open file; errors name `path`. The descriptor may be closed afterwards.
  static MappedFile map(const Descriptor& file, const std::filesystem::path& path);
  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  // The content, valid as long as this object.
  std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }
  std::string_view text() const noexcept { return {reinterpret_cast<const char*>(data_), size_}; }

  /// The address range and path of a mapping, for handlers of SIGBUS (mapped_file_at() in
  /// m2v/signals.h).
  struct Mapping {
    const std::byte* data;
    std::size_t size;  ///< In bytes.
    std::string path;
  };

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  SignalSafeList<Mapping>::Entry* mapping_ = nullptr;
};

/// Maps a file; it stays mapped as long as any copy of the result lives. Throws IoError as
/// MappedFile does.
M2V_API FlatArray<char> map_characters(const std::filesystem::path& path);
M2V_API FlatArray<char> map_characters(const Descriptor& file, const std::filesystem::path& path);

/// Reads a whole regular file into memory. If it is truncated meanwhile, the result is shorter.
/// Throws IoError if it cannot be read or is not a regular file.
M2V_API FlatArray<char> read_characters(const std::filesystem::path& path);
M2V_API FlatArray<char> read_characters(const Descriptor& file, const std::filesystem::path& path);

}  // namespace m2v::base
