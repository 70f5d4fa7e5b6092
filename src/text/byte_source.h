#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/descriptor.h"

namespace m2v::text {

/// A sequence of bytes that is read once, from beginning to end.
class ByteSource {
 public:
  ByteSource() = default;
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Stores the next bytes in `out` and returns their number, which is 0 only at the end. Waits for
  /// the first byte but not for more. Throws IoError, or FormatError if the data are damaged.
  /// Precondition: `out` is not empty.
  virtual std::size_t read(std::span<char> out) = 0;
};

/// A file, pipe or device. It is read and not mapped, since a user's file may be truncated while it
/// is in use.
class FileSource : public ByteSource {
 public:
  /// Opens `path`; "-" is standard input. Throws IoError, also if it is a folder.
  explicit FileSource(const std::filesystem::path& path);

  std::size_t read(std::span<char> out) override;

  const std::filesystem::path& path() const noexcept { return path_; }
  std::size_t position() const noexcept { return position_; }  ///< The number of bytes read so far.
  /// The size of a regular file in bytes when it was opened; 0 for pipes and devices.
  std::size_t size() const noexcept { return size_; }

 private:
  std::filesystem::path path_;  ///< "standard input" for "-".
  base::Descriptor file_;       // not open for standard input
  int descriptor_ = 0;          // of file_ or standard input
  std::size_t position_ = 0, size_ = 0;
  bool at_end_ = false;  ///< Prevents a second read at the end, which would block on a terminal.
};

/// Bytes in memory, which must outlive this object.
class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : rest_(bytes) {}
  std::size_t read(std::span<char> out) override;

 private:
  std::string_view rest_;
};

/// Wraps another source so that its first bytes can be examined before they are read. The other
/// source must outlive this object.
class PeekedSource : public ByteSource {
 public:
  explicit PeekedSource(ByteSource& source) : source_(source) {}

  std::size_t read(std::span<char> out) override;
  /// The bytes that have been fetched but not read yet; read() returns them first. The view is
  /// valid until the next call of read() or peek_more().
  std::string_view head() const { return std::string_view(head_).substr(used_); }
  /// Extends head() by one read of the source. Returns false at its end.
  bool peek_more();
  /// Removes `count` bytes from the beginning of head().
  void skip(std::size_t count) { used_ += count; }

 private:
  ByteSource& source_;
  std::string head_;
  std::size_t used_ = 0;
};

}  // namespace m2v::text
