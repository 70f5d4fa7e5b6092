#include "core/folder_names.h"

#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace m2v::core {

FolderNames::FolderNames(int at, const std::filesystem::path& path) noexcept {
  const int folder =
      ::openat(at, path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) folder_.reset(::fdopendir(folder));
  if (folder_) return;
  error_ = errno;
  if (folder >= 0) ::close(folder);
}

const char* FolderNames::next() noexcept {
  while (folder_) {
    errno = 0;
    const dirent* const entry = ::readdir(folder_.get());
    if (entry == nullptr) {
      error_ = errno;
      break;
    }
    const std::string_view name = &entry->d_name[0];
    if (name != "." && name != "..") return name.data();
  }
  return nullptr;
}

}  // namespace m2v::core
