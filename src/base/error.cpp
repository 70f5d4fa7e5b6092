#include "m2v/error.h"

#include <cstring>

namespace m2v {

IoError::IoError(const std::string& action, const std::filesystem::path& path, int error_number)
    : Error(action + " " + path.string() + ": " + std::strerror(error_number)),
      path_(path),
      error_number_(error_number) {}

}  // namespace m2v
