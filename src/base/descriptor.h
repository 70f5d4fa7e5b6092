#pragma once

#include <cstddef>
#include <filesystem>
#include <utility>

namespace m2v::base {

/// Owns a file descriptor and closes it on destruction. Move-only.
class Descriptor {
 public:
  Descriptor() = default;  ///< Owns nothing.
  /// Takes ownership of `number`; a negative number means that no file is open.
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;

  int number() const noexcept { return number_; }  ///< Negative if no file is open.
  bool is_open() const noexcept { return number_ >= 0; }
  /// Gives up ownership. Returns number().
  int release() noexcept { return std::exchange(number_, -1); }
  /// Closes the file now. Returns 0 or an errno value, which must not be ignored after writing:
  /// close(2) may be the first call to report data that a network file system could not store.
  int close() noexcept;

 private:
  int number_ = -1;
};

/// Opens a file for reading, without blocking: opening a FIFO does not wait for a writer. Throws
/// IoError if the file cannot be opened.
Descriptor open_for_reading(const std::filesystem::path& path);

/// Returns the size of an open regular file, in bytes. Throws IoError, which names `path`, if it is
/// not a regular file.
std::size_t size_of_regular_file(const Descriptor& file, const std::filesystem::path& path);

/// Opens `name`, relative to the open folder `folder` (or AT_FDCWD), for reading and without
/// blocking; `flags` are additional flags of open(2). On failure it returns a Descriptor that is
/// not open and leaves the reason in errno.
Descriptor open_at(int folder, const std::filesystem::path& name, int flags = 0) noexcept;

/// Opens a folder. Throws IoError if it cannot be opened or is not a folder.
Descriptor open_folder(const std::filesystem::path& path);

}  // namespace m2v::base
