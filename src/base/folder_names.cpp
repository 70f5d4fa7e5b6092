#include "base/folder_names.h"

#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "base/descriptor.h"

namespace m2v::base {

FolderNames::FolderNames(int at, const std::filesystem::path& path) noexcept {
  Descriptor folder(
      ::openat(at, path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open()) folder_.reset(::fdopendir(folder.number()));
  if (folder_) {
    folder.release();  // closed by closedir(3)
  } else {
    error_ = errno;
  }
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

}  // namespace m2v::base
