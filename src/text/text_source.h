#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "text/byte_source.h"
#include "text/encoding.h"

namespace m2v::text {

/// Reads the text of a file as well-formed UTF-8. Decompresses gzip and zstd, recognized by their
/// magic numbers, removes the byte order mark, decodes UTF-16 and UTF-32 according to it, and
/// replaces ill-formed parts by U+FFFD. Uses a few hundred kilobytes of memory, however long the
/// text is.
class TextSource {
 public:
  /// Opens a file; "-" is standard input. Throws IoError.
  static TextSource open(const std::filesystem::path& path);
  /// Reads from memory, which must outlive the result. Errors name `name`.
  static TextSource of_memory(std::string_view bytes, std::string name);

  ~TextSource();
  TextSource(TextSource&&) noexcept;
  TextSource& operator=(TextSource&&) noexcept;

  /// Stores the next bytes of the text in `out` and returns their number, which is 0 only at the
  /// end. They may end within a character. Throws IoError, or FormatError if the file is binary or
  /// its compressed data are damaged. Precondition: `out` has at least 16 bytes.
  std::size_t read(std::span<char> out);

  const std::string& name() const noexcept { return name_; }  ///< The name in error messages.
  /// The number of bytes of the file read so far, before decompression; 0 if reading from memory.
  std::size_t bytes_read() const noexcept;
  /// The size of the file in bytes; 0 if it is unknown.
  std::size_t file_size() const noexcept;
  /// Whether the file is compressed; false before the first read().
  bool is_compressed() const noexcept { return decompressed_ != nullptr; }

 private:
  TextSource(std::unique_ptr<ByteSource> bytes, std::string name);
  void start();
  std::size_t read_utf8(std::span<char> out);
  std::size_t take_pending(std::span<char> out);

  std::string name_;
  const FileSource* file_ = nullptr;  ///< The same object as bytes_; null for memory.
  std::unique_ptr<ByteSource> bytes_, decompressed_;  ///< The input, and its decompressor or null.
  std::unique_ptr<PeekedSource> compressed_, raw_;    ///< Wrap bytes_, and the bytes to decode.
  bool is_started_ = false, at_end_ = false;
  Encoding encoding_ = Encoding::kUtf8;
  std::unique_ptr<Decoder> decoder_;
  std::string kept_;          ///< The beginning of a UTF-8 character whose end has not been read.
  std::string pending_;       ///< Decoded text.
  std::size_t returned_ = 0;  ///< How many bytes of pending_ read() has returned.
};

inline constexpr std::size_t kAnySize = std::numeric_limits<std::size_t>::max();

/// Reads all bytes of a file, decompressed but not decoded. Throws IoError, FormatError if the
/// compressed data are damaged, or Error if there are more than `max_bytes` decompressed bytes.
std::string read_bytes(const std::filesystem::path& path, std::size_t max_bytes = kAnySize);

/// Reads the text of a whole file through a TextSource. Throws as TextSource::read() does.
std::string read_text(const std::filesystem::path& path);

}  // namespace m2v::text
