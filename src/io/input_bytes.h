#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/mapped_file.h"

namespace m2v::io {

/// All bytes of an input: a regular file mapped, a pipe or a device read to its end.
class InputBytes {
 public:
  InputBytes() = default;
  /// "-" is standard input. Throws IoError.
  explicit InputBytes(const std::filesystem::path& path);

  /// Valid as long as this object stays where it is.
  std::string_view text() const noexcept {
    return streamed_.empty() ? mapped_.text() : std::string_view(streamed_);
  }

 private:
  core::MappedFile mapped_;
  std::string streamed_;
};

}  // namespace m2v::io
