#include "store/model_files.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include "core/mapped_file.h"
#include "m2v/error.h"

namespace m2v::store {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::none) throw IoError("cannot look at", path, error.value());
  return fs::exists(status);
}

ModelFiles ModelFiles::in_folder(const fs::path& folder) {
  if (!is_there(folder)) throw IoError("cannot open the model folder", folder, ENOENT);
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    throw IoError("cannot open the model folder", folder, ENOTDIR);
  }
  ModelFiles files;
  files.folder_ = folder;
  return files;
}

ModelFiles ModelFiles::in_compiled(core::Sections sections) {
  ModelFiles files;
  files.compiled_ = std::move(sections);
  return files;
}

bool ModelFiles::has(std::string_view name) const {
  return compiled_ ? compiled_->has(name) : is_there(folder_ / name);
}

core::FlatArray<char> ModelFiles::open(std::string_view name) const {
  return compiled_ ? compiled_->array<char>(name) : core::map_characters(folder_ / name);
}

std::string ModelFiles::path(std::string_view name) const {
  return compiled_ ? compiled_->file() + ": " + std::string(name) : (folder_ / name).string();
}

std::string ModelFiles::path() const { return compiled_ ? compiled_->file() : folder_.string(); }

}  // namespace m2v::store
