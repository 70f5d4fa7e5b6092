#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

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
  void finish();  ///< Writes what is left, syncs, renames. Throws IoError.

 private:
  OutputFile() = default;
  void open_temporary();
  void flush();
  void write_out(std::span<const std::byte> bytes);

  std::filesystem::path path_;       ///< As messages name it.
  std::filesystem::path final_;      ///< Links followed.
  std::filesystem::path temporary_;  ///< Empty if the bytes go straight to their place.
  int descriptor_ = -1;
  bool owned_ = false;
  std::string buffer_;
};

}  // namespace m2v::io
