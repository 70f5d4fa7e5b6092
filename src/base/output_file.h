#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/temporary_file.h"

namespace m2v::base {

/// A buffered output; m2v writes every output through one. A regular file is replaced atomically
/// once it is complete (see TemporaryFile), so readers never see a partial file. The new file has
/// the mode and the owner of the old one, and a symbolic link remains one. Pipes, devices, standard
/// output and open files named by their number (/dev/stdout, /proc/self/fd/3) are written directly.
class OutputFile {
 public:
  /// Opens `path` for output. Throws IoError if that fails or if the file must not be replaced (see
  /// replaceable_file()).
  static OutputFile create(const std::filesystem::path& path);
  static OutputFile standard_output();
  /// Returns standard_output() for an empty path or "-", and create(path) otherwise.
  static OutputFile open(const std::filesystem::path& path) {
    return path.empty() || path == "-" ? standard_output() : create(path);
  }
  ~OutputFile();  ///< Discards a replacement for which finish() has not been called.
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;

  /// Appends bytes. Throws IoError, also (instead of raising SIGPIPE) if a pipe has been closed.
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
  /// Whether rewrite_start() may be called: true for regular files that are replaced.
  bool can_rewrite() const noexcept { return file_.has_value(); }
  /// Overwrites the first text.size() bytes, which must have been written already. Throws IoError.
  void rewrite_start(std::string_view text);
  /// Writes the rest of the buffer, syncs a regular file to disk and moves it into place. Throws
  /// IoError.
  void finish();

 private:
  OutputFile() = default;
  void flush();
  void write_out(std::span<const std::byte> bytes);

  std::filesystem::path path_;         ///< The name used in error messages.
  std::optional<TemporaryFile> file_;  ///< The replacement of a regular file.
  Descriptor opened_;                  ///< Owns descriptor_, unless that is standard output.
  int descriptor_ = -1;                ///< The file that is written directly; -1 if file_ is set.
  std::string buffer_;                 ///< Bytes that have not been written yet.
};

/// Writes a whole file through an OutputFile. Throws IoError.
void write_output_file(const std::filesystem::path& path, std::string_view content);

}  // namespace m2v::base
