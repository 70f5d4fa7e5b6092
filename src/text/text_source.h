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

/// The text of a file as well-formed UTF-8, whatever the file: decompressed (gzip, zstd, by magic
/// number), without its byte order mark, UTF-16 and UTF-32 decoded by theirs, and U+FFFD where it
/// is ill-formed. Memory stays at a few hundred kilobytes, however long the text.
class TextSource {
 public:
  /// "-" is standard input. Throws IoError.
  static TextSource open(const std::filesystem::path& path);
  /// Bytes in memory, which must outlive this object; `name` is what errors call them.
  static TextSource of_memory(std::string_view bytes, std::string name);

  ~TextSource();
  TextSource(TextSource&&) noexcept;
  TextSource& operator=(TextSource&&) noexcept;

  /// Stores the next bytes of the text, which may end within a character, and returns their number,
  /// which is 0 at the end only. Throws IoError, or FormatError for a binary file and for damaged
  /// compressed data. Precondition: `out` has room for 16 bytes.
  std::size_t read(std::span<char> out);

  const std::string& name() const noexcept { return name_; }
  std::size_t bytes_read() const noexcept;  ///< Of the file, compressed as they may be.
  std::size_t file_size() const noexcept;   ///< 0 if nobody can know.
  bool is_compressed() const noexcept { return unpacked_ != nullptr; }

 private:
  TextSource(std::unique_ptr<ByteSource> bytes, std::string name);
  void start();
  std::size_t read_utf8(std::span<char> out);
  std::size_t give_pending(std::span<char> out);

  std::string name_;
  const FileSource* file_ = nullptr;
  std::unique_ptr<ByteSource> bytes_, unpacked_;
  std::unique_ptr<PeekedSource> packed_, raw_;  ///< `bytes_`, and what is decoded.
  bool is_started_ = false, at_end_ = false;
  Encoding encoding_ = Encoding::kUtf8;
  std::unique_ptr<Decoder> decoder_;
  std::string kept_;     ///< The beginning of a character, of UTF-8.
  std::string pending_;  ///< Decoded, and not read yet from here on:
  std::size_t given_ = 0;
};

inline constexpr std::size_t kAnySize = std::numeric_limits<std::size_t>::max();

/// All bytes of a file, decompressed but not decoded. Throws IoError, FormatError for damaged
/// compressed data, or Error if there are more than `max_bytes`.
std::string read_bytes(const std::filesystem::path& path, std::size_t max_bytes = kAnySize);

/// The text of a whole file as TextSource has it. Throws what it throws.
std::string read_text(const std::filesystem::path& path);

}  // namespace m2v::text
