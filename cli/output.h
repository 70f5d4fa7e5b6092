#pragma once

#include <string>
#include <string_view>

namespace m2v::cli {

/// Buffered standard output. Unlike a C++ stream it never hides an error: writing to a full disk or
/// a closed descriptor throws IoError. Data that is not flushed is not written.
class Output {
 public:
  Output& operator<<(std::string_view text) {
    buffer_ += text;
    if (buffer_.size() >= kBufferSize) flush();
    return *this;
  }

  /// The buffer, for appending in place. Call flush_if_full() after each portion.
  std::string& buffer() noexcept { return buffer_; }
  void flush_if_full() {
    if (buffer_.size() >= kBufferSize) flush();
  }

  /// Writes the buffer. Every command must end with a call of this function.
  void flush();

 private:
  static constexpr std::size_t kBufferSize = std::size_t{1} << 16;  ///< In bytes.
  std::string buffer_;
};

/// Opens each closed standard descriptor (0, 1 and 2) on /dev/null, in the direction in which it
/// cannot be used. This keeps files opened later from becoming standard output by accident, and
/// using a descriptor that was closed still fails.
void reserve_standard_descriptors();

/// Writes `content` to a file, or to standard output if `path` is "-", by means of TextWriter.
/// Throws IoError.
void write_file(const std::string& path, std::string_view content);

}  // namespace m2v::cli
