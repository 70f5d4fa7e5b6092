#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "core/sections.h"

namespace m2v::core {

/// A file of named arrays that are used where it is mapped. Numbers are little-endian.
///
///   byte  0  | magic, 8 bytes | version, u32 | byte order, u32 | size of the file, u64 |
///        24  | sections, u64 | checksum of the header and the table, u64 | zeros to byte 64 |
///        64  | an entry a section, 64 bytes each |
///            | sections, in the order of the table; fewer than 64 zeros in front of each |
///
///   entry    | name, zero-padded, 40 bytes | offset, u64 | size, u64 | checksum, u64 |
///
/// Checksums are XXH3, 64 bits; the first one is taken with zeros in its own place.
struct SectionFileHeader {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t byte_order;
  std::uint64_t file_size;
  std::uint64_t sections;
  std::uint64_t checksum;
  std::array<char, 24> zeros;
};
struct SectionFileEntry {
  std::array<char, 40> name;
  std::uint64_t offset, size, checksum;
};
static_assert(sizeof(SectionFileHeader) == 64 && sizeof(SectionFileEntry) == 64);

/// Whether a regular file of that name begins like a section file. False if it cannot be read.
bool is_section_file(const std::filesystem::path& path) noexcept;

/// Opens a file once, and maps it if it begins like a section file; nothing if it begins otherwise,
/// or is no regular file. Throws IoError for what cannot be read, and FormatError.
std::optional<Sections> find_section_file(const std::filesystem::path& path);

/// Maps a file and checks its header and its table, but not the bytes of the sections.
/// Throws IoError or FormatError.
Sections open_section_file(const std::filesystem::path& path);

/// The same for a file in memory; `file` is what errors call it.
Sections parse_section_file(const FlatArray<std::byte>& bytes, const std::string& file);

/// Opens a file and compares every byte with the checksums. Throws IoError, or FormatError that
/// names the section.
Sections open_verified_section_file(const std::filesystem::path& path);

/// Writes an OutputFile. The same sections give the same bytes. Throws
/// IoError, or std::invalid_argument for a name that is empty, too long or there twice.
void write_section_file(const std::filesystem::path& path, const Sections& sections);

/// What the header of such a file has to say; `head` is the header with the table.
/// Precondition: at least a header.
std::uint64_t section_file_checksum(std::span<const std::byte> head);

}  // namespace m2v::core
