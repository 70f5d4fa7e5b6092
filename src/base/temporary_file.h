#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/descriptor.h"
#include "core/replaceable_file.h"
#include "core/temporary_path.h"

namespace m2v::core {

/// A file that is written beside the one it is going to replace, as ".NAME.m2v-XXXXXX", with that
/// one's mode and owner:
///
///   dead ones of the same NAME are removed; this one is made, and locked as long as its writer
///   lives write()...        whoever reads NAME, or has it mapped, sees none of it sync() it is
///   complete and on the disk replace()         NAME is this file; or keep(), for a caller who
///   renames it
///
/// A destructor, or a signal that ends the program, before that removes it.
class TemporaryFile {
 public:
  /// `place` is no link (follow_links). `shown` is what later errors call it, if it is not its
  /// path. Throws IoError, also for what replaceable_file() refuses.
  explicit TemporaryFile(FilePlace place, const std::filesystem::path& shown = {});
  ~TemporaryFile();
  TemporaryFile(TemporaryFile&& other) noexcept;
  TemporaryFile& operator=(TemporaryFile&&) = delete;

  void write(std::span<const std::byte> bytes);  ///< Throws IoError.
  /// Writes over the first bytes, which are there already. Throws IoError.
  void rewrite_start(std::span<const std::byte> bytes);
  void sync();     ///< Throws IoError.
  void replace();  ///< Closes and renames. Throws IoError.
  /// It stays under its own name, whatever happens, and stays locked as long as this lives.
  void keep() noexcept;

  const FilePlace& place() const noexcept { return place_; }  ///< What it is going to replace.
  std::string name() const { return temporary_.name.filename().string(); }

 private:
  bool create(const struct stat* replaced);
  void take_over(const struct stat& replaced);
  void remove() noexcept;

  FilePlace place_;
  FilePlace temporary_;
  TemporaryPath registered_;
  Descriptor file_;
  bool exists_ = false;
};

/// Whether `name` is one that a TemporaryFile for a file called `of`, or for any file, may have.
bool is_temporary_name(std::string_view name, std::string_view of) noexcept;
bool is_temporary_name(std::string_view name) noexcept;

/// A name that a TemporaryFile for `path` could have, in the same folder.
std::filesystem::path temporary_sibling(const std::filesystem::path& path);

/// Removes the temporary files for files of these names whose writers live no more, from the folder
/// `name`, as openat() takes it. What cannot be told, or removed, stays.
void remove_dead_temporaries(int at, const std::filesystem::path& name,
                             std::span<const std::string_view> of) noexcept;
void remove_dead_temporaries(int at, const std::filesystem::path& name) noexcept;  ///< Of any.

/// Writes all bytes to an open descriptor. Throws IoError, naming `path`.
void write_all(int descriptor, std::span<const std::byte> bytes, const std::filesystem::path& path);

}  // namespace m2v::core
