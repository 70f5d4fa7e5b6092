#include "base/mapped_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "m2v/error.h"
#include "m2v/signals.h"

namespace m2v {
namespace base {
namespace {

SignalSafeList<MappedFile::Mapping> mappings;

}  // namespace

MappedFile MappedFile::open(const std::filesystem::path& path) {
  return map(open_for_reading(path), path);
}

MappedFile MappedFile::map(const Descriptor& file, const std::filesystem::path& path) {
  MappedFile result;
  const std::size_t size = size_of_regular_file(file, path);
  if (size == 0) return result;
  void* const data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (data == MAP_FAILED) throw IoError("cannot map", path, errno);
  result.data_ = static_cast<const std::byte*>(data);
  result.size_ = size;
  result.mapping_ = mappings.add({result.data_, size, path.string()});
  return result;
}

MappedFile::~MappedFile() {
  if (mapping_ != nullptr) mappings.remove(mapping_);
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapping_(std::exchange(other.mapping_, nullptr)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(mapping_, other.mapping_);
  return *this;
}

FlatArray<char> map_characters(const std::filesystem::path& path) {
  return map_characters(open_for_reading(path), path);
}

FlatArray<char> map_characters(const Descriptor& file, const std::filesystem::path& path) {
  const auto mapped = std::make_shared<const MappedFile>(MappedFile::map(file, path));
  return {mapped->text(), mapped};
}

FlatArray<char> read_characters(const std::filesystem::path& path) {
  return read_characters(open_for_reading(path), path);
}

FlatArray<char> read_characters(const Descriptor& file, const std::filesystem::path& path) {
  std::vector<char> content(size_of_regular_file(file, path));
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t count = ::pread(file.number(), content.data() + size, content.size() - size,
                                  static_cast<off_t>(size));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw IoError("cannot read", path, errno);
    if (count == 0) break;  // truncated meanwhile
    size += static_cast<std::size_t>(count);
  }
  content.resize(size);
  return content;
}

}  // namespace base

const char* mapped_file_at(const void* address) noexcept {
  const char* path = nullptr;
  base::mappings.visit([&](const base::MappedFile::Mapping& mapping) {
    const std::less<const void*> less;
    const bool inside = !less(address, mapping.data) && less(address, mapping.data + mapping.size);
    if (inside) path = mapping.path.c_str();
    return inside;
  });
  return path;
}

}  // namespace m2v
