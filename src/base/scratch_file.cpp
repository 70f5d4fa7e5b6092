#include "core/scratch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "m2v/error.h"

namespace m2v::core {
namespace {

std::filesystem::path folder() { return std::filesystem::temp_directory_path(); }

int open_nameless(const std::filesystem::path& in) {
#ifdef O_TMPFILE
  const int file = ::open(in.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
#endif
  std::string name = (in / "m2v-XXXXXX").string();
  const int named = ::mkstemp(name.data());
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

ScratchFile::~ScratchFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

ScratchFile::ScratchFile(ScratchFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

ScratchFile& ScratchFile::operator=(ScratchFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Pages ScratchFile::map(std::size_t offset, std::size_t bytes) {
  if (descriptor_ < 0) descriptor_ = open_nameless(folder());
  if (descriptor_ < 0) throw IoError("cannot make a temporary file in", folder(), errno);
  // The disk's blocks are taken now: a page without one would end the program when it is written.
  const int error =
      ::posix_fallocate(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(bytes));
  if (error != 0) throw IoError("cannot enlarge a temporary file in", folder(), error);
  try {
    return {descriptor_, offset, bytes};
  } catch (const std::system_error& failure) {
    throw IoError("cannot map a temporary file in", folder(), failure.code().value());
  }
}

}  // namespace m2v::core
