#pragma once

#include <cstddef>
#include <filesystem>

namespace m2v::core {

/// An open file, closed at the end of the scope.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;

  int number() const noexcept { return number_; }
  bool is_open() const noexcept { return number_ >= 0; }
  /// Closes it now. Returns 0 or an errno value: close() may be the first to report what a network
  /// file system could not store.
  int close() noexcept;

 private:
  int number_ = -1;
};

/// Opens a file for reading, a FIFO without waiting for its other end. Throws IoError.
Descriptor open_for_reading(const std::filesystem::path& path);
/// Throws IoError, calling it `path`, unless the open file is a regular one. Returns its size.
std::size_t size_of_regular_file(const Descriptor& file, const std::filesystem::path& path);

/// The same below an open folder, or AT_FDCWD, with more flags of open(2). One that is not open,
/// and errno, if that fails.
Descriptor open_at(int folder, const std::filesystem::path& name, int flags = 0) noexcept;

/// Opens a folder. Throws IoError, also if that is none.
Descriptor open_folder(const std::filesystem::path& path);

}  // namespace m2v::core
