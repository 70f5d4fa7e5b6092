#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/temporary_file.h"

namespace m2v::core {

/// Where bytes go: every output is written through one of these. A regular file is replaced when it
/// is complete (TemporaryFile), so that nobody ever sees a part of it; it keeps its mode and its
/// owner, and a link stays a link. A pipe or a device, standard output, and an open file by its
/// number (/dev/stdout, /proc/self/fd/3) get the bytes as they come.
class OutputFile {
 public:
  /// Throws IoError, also for a file that must not be replaced (replaceable_file).
  static OutputFile create(const std::filesystem::path& path);
  static OutputFile standard_output();
  ~OutputFile();  ///< Removes what is not finished.
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;

  void write(std::span<const std::byte> bytes);  ///< Throws IoError, also for a closed pipe.
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
  /// Whether rewrite_start() can be called: not for what gets the bytes as they come.
  bool can_rewrite() const noexcept { return file_.has_value(); }
  void rewrite_start(std::string_view text);  ///< Over what is there already. Throws IoError.
  /// Writes what is left and puts the file in place, on the disk. Throws IoError.
  void finish();

 private:
  OutputFile() = default;
  void flush();
  void write_out(std::span<const std::byte> bytes);

  std::filesystem::path path_;         ///< As messages name it.
  std::optional<TemporaryFile> file_;  ///< Or else:
  Descriptor opened_;                  ///< closed at the end, or
  int descriptor_ = -1;                ///< standard output.
  std::string buffer_;
};

/// Writes a whole file as OutputFile does.
void write_output_file(const std::filesystem::path& path, std::string_view content);

}  // namespace m2v::core
