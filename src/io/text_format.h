#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace m2v::io {

/// How a line holds its text, told from the file's name.
class TextFormat {
 public:
  explicit TextFormat(const std::filesystem::path& path);

  /// Whether text() gives a part of the line, or something new.
  bool is_decoded() const noexcept { return kind_ == Kind::kJsonLines; }
  /// The text of a line without its LF. `number` counts from 1 and is for errors; `decoded` holds
  /// what is new. Throws FormatError.
  std::string_view text(std::string_view line, std::size_t number, std::string& decoded) const;

 private:
  enum class Kind { kLines, kTabs, kJsonLines };
  std::string file_;
  Kind kind_ = Kind::kLines;
};

}  // namespace m2v::io
