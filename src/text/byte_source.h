#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace m2v::text {

/// A sequence of bytes that is read once, from its beginning to its end.
class ByteSource {
 public:
  ByteSource() = default;
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Stores the next bytes, as many as are there without waiting for more, and returns their
  /// number, which is 0 at the end only. Throws IoError, or FormatError for damaged data.
  /// Precondition: `out` is not empty.
  virtual std::size_t read(std::span<char> out) = 0;
};

/// A file, pipe or device, read and never mapped: a user's file may become shorter meanwhile.
class FileSource : public ByteSource {
 public:
  /// "-" is standard input. Throws IoError, for a folder too.
  explicit FileSource(const std::filesystem::path& path);
  ~FileSource() override;

  std::size_t read(std::span<char> out) override;

  const std::filesystem::path& path() const noexcept { return path_; }
  std::size_t position() const noexcept { return position_; }  ///< Bytes read so far.
  /// Bytes of a regular file when it was opened; 0 if nobody can know.
  std::size_t size() const noexcept { return size_; }

 private:
  std::filesystem::path path_;  ///< "standard input" for "-".
  int descriptor_ = -1;
  std::size_t position_ = 0, size_ = 0;
  bool at_end_ = false;  ///< A terminal would be asked again.
};

/// Bytes in memory, which must outlive this object.
class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : rest_(bytes) {}
  std::size_t read(std::span<char> out) override;

 private:
  std::string_view rest_;
};

/// Another source, whose first bytes can be looked at before they are read.
class PeekedSource : public ByteSource {
 public:
  explicit PeekedSource(ByteSource& source) : source_(source) {}

  std::size_t read(std::span<char> out) override;
  /// What is read next: all bytes that were looked at and not read yet.
  std::string_view head() const { return std::string_view(head_).substr(used_); }
  /// Makes head() longer by one read of the source. False at its end.
  bool look_further();
  /// Drops bytes of head().
  void skip(std::size_t count) { used_ += count; }

 private:
  ByteSource& source_;
  std::string head_;
  std::size_t used_ = 0;
};

}  // namespace m2v::text
