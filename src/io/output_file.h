#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/durable_file.h"

namespace m2v::io {

/// Where bytes go. A regular file is written under another name beside its own and renamed by
/// finish(), so that nobody ever sees a part of it; a pipe or a device, and standard output, get
/// the bytes as they come.
class OutputFile {
 public:
  static OutputFile create(const std::filesystem::path& path);  ///< Throws IoError.
  static OutputFile standard_output();
  ~OutputFile();  ///< Removes what is not finished.
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;

  void write(std::span<const std::byte> bytes);  ///< Throws IoError, also for a closed pipe.
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
  /// Whether rewrite_start() can be called: not for pipes and devices.
  bool can_rewrite() const noexcept { return file_.has_value(); }
  void rewrite_start(std::string_view text);  ///< Over what is there already. Throws IoError.
  void finish();  ///< Writes what is left and puts the file in place. Throws IoError.

 private:
  OutputFile() = default;
  void flush();
  void write_out(std::span<const std::byte> bytes);

  std::filesystem::path path_;             ///< As messages name it.
  std::optional<core::DurableFile> file_;  ///< Or else:
  int descriptor_ = -1;                    ///< where bytes go straight to; ours if owned_.
  bool owned_ = false;
  std::string buffer_;
};

}  // namespace m2v::io
