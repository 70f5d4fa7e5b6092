#include "base/scratch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "m2v/error.h"

namespace m2v::base {
namespace {

std::filesystem::path folder() { return std::filesystem::temp_directory_path(); }

Descriptor open_anonymous(const std::filesystem::path& in) {
#ifdef O_TMPFILE
  Descriptor file(::open(in.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.is_open()) return file;
#endif
  std::string name = (in / "m2v-XXXXXX").string();
  const int named = ::mkstemp(name.data());
  if (named >= 0) ::unlink(name.c_str());
  return Descriptor(named);
}

}  // namespace

Pages ScratchFile::map(std::size_t offset, std::size_t bytes) {
  if (!file_.is_open()) file_ = open_anonymous(folder());
  if (!file_.is_open()) throw IoError("cannot make a temporary file in", folder(), errno);
  // Allocates the disk blocks now: if the disk were full later, writing to a page without a block
  // would end the program with SIGBUS.
  const int error =
      ::posix_fallocate(file_.number(), static_cast<off_t>(offset), static_cast<off_t>(bytes));
  if (error != 0) throw IoError("cannot enlarge a temporary file in", folder(), error);
  try {
    return {file_.number(), offset, bytes};
  } catch (const std::system_error& failure) {
    throw IoError("cannot map a temporary file in", folder(), failure.code().value());
  }
}

}  // namespace m2v::base
