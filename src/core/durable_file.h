#pragma once

#include <sys/types.h>

#include <filesystem>
#include <span>
#include <string_view>

namespace m2v::core {

/// A file that is written under another name beside its own and renamed when it is complete and on
/// the disk: readers, and maps of an older file of that name, never see a part of it.
class DurableFile {
 public:
  explicit DurableFile(std::filesystem::path path);  ///< Throws IoError.
  ~DurableFile();                                    ///< Removes the file unless it is finished.
  DurableFile(DurableFile&& other) noexcept;
  DurableFile& operator=(DurableFile&&) = delete;

  void set_mode(mode_t mode) noexcept;           ///< Where the file system knows modes.
  void write(std::span<const std::byte> bytes);  ///< Throws IoError.
  /// Writes over the first bytes, which are there already. Throws IoError.
  void rewrite_start(std::span<const std::byte> bytes);
  void finish();  ///< Syncs and renames. Throws IoError.

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
};

/// Writes a whole file as DurableFile does.
void write_durable_file(const std::filesystem::path& path, std::string_view content);

/// Writes all bytes to an open descriptor. Throws IoError, naming `path`.
void write_all(int descriptor, std::span<const std::byte> bytes, const std::filesystem::path& path);

/// Brings what a folder lists onto the disk. Throws IoError.
void sync_folder(const std::filesystem::path& folder);

/// A name for something that will replace `path`, in the same folder: ".NAME.m2v-XXXXXX" with a
/// random end.
std::filesystem::path temporary_sibling(const std::filesystem::path& path);

}  // namespace m2v::core
