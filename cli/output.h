#pragma once

#include <string>
#include <string_view>

namespace m2v::cli {

/// Standard output, buffered. Unlike a stream it cannot lose an error: a full disk or a closed
/// descriptor is an IoError.
class Output {
 public:
  Output& operator<<(std::string_view text) {
    buffer_ += text;
    if (buffer_.size() >= kBufferSize) flush();
    return *this;
  }

  /// For appending in place; end each portion with flush_if_full().
  std::string& buffer() noexcept { return buffer_; }
  void flush_if_full() {
    if (buffer_.size() >= kBufferSize) flush();
  }

  /// Every command ends with this: what is not flushed is not written.
  void flush();

 private:
  static constexpr std::size_t kBufferSize = std::size_t{1} << 16;
  std::string buffer_;
};

/// Opens whatever of the three standard descriptors is closed, in the direction in which it is of
/// no use: no file of ours then becomes "standard output" by accident, and writing to it fails.
void reserve_standard_descriptors();

/// Writes a whole file, or to standard output ("-"), as TextWriter does. Throws IoError.
void write_file(const std::string& path, std::string_view content);

}  // namespace m2v::cli
