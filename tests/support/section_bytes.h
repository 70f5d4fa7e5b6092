#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "formats/section_file.h"

namespace m2v::test {

/// Returns a copy in a heap block of exactly its size, aligned for any number, as a mapped file is.
inline base::FlatArray<std::byte> aligned_copy(std::span<const std::byte> bytes) {
  // Not a vector of larger elements, so that sanitizers detect a read beyond the end.
  std::vector<std::byte> copy(bytes.begin(), bytes.end());
  return base::FlatArray<std::byte>(std::move(copy));
}
inline base::FlatArray<std::byte> aligned_copy(const std::string& bytes) {
  return aligned_copy(std::as_bytes(std::span(bytes)));
}

/// Corrects the checksum of a section file whose header or table was changed, so that the code
/// after the check of the checksum is reached.
inline void seal(std::span<std::byte> bytes) {
  formats::SectionFileHeader header{};
  if (bytes.size() < sizeof header) return;
  std::memcpy(&header, bytes.data(), sizeof header);
  const std::size_t most = bytes.size() / sizeof(formats::SectionFileEntry) - 1;
  const std::size_t head = sizeof header + sizeof(formats::SectionFileEntry) *
                                               std::min<std::size_t>(header.sections, most);
  header.checksum = formats::section_file_checksum(bytes.first(head));
  std::memcpy(bytes.data(), &header, sizeof header);
}
inline void seal(std::string& bytes) { seal(std::as_writable_bytes(std::span(bytes))); }

}  // namespace m2v::test
