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

#include "core/section_file.h"

namespace m2v::test {

/// A copy in memory of exactly that size, aligned as a mapped file is, as far as numbers go.
inline core::FlatArray<std::byte> aligned_copy(std::span<const std::byte> bytes) {
  // Not a vector of larger elements: a read beyond the end should be seen.
  std::vector<std::byte> copy(bytes.begin(), bytes.end());
  return core::FlatArray<std::byte>(std::move(copy));
}
inline core::FlatArray<std::byte> aligned_copy(const std::string& bytes) {
  return aligned_copy(std::as_bytes(std::span(bytes)));
}

/// Gives a section file whose header or table was changed the checksum that it then needs, so that
/// what lies behind that check is reached.
inline void seal(std::span<std::byte> bytes) {
  core::SectionFileHeader header{};
  if (bytes.size() < sizeof header) return;
  std::memcpy(&header, bytes.data(), sizeof header);
  const std::size_t most = bytes.size() / sizeof(core::SectionFileEntry) - 1;
  const std::size_t head =
      sizeof header + sizeof(core::SectionFileEntry) * std::min<std::size_t>(header.sections, most);
  header.checksum = core::section_file_checksum(bytes.first(head));
  std::memcpy(bytes.data(), &header, sizeof header);
}
inline void seal(std::string& bytes) { seal(std::as_writable_bytes(std::span(bytes))); }

}  // namespace m2v::test
