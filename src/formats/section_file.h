#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "formats/sections.h"

namespace m2v::formats {

/// The header of a section file, which contains named arrays that are used in place after
/// mapping the file. Numbers are little-endian.
///
///   byte  0  | magic, 8 bytes | version, u32 | byte order, u32 | file size, u64 |
///        24  | number of sections, u64 | checksum of header and table, u64 | zeros to byte 64 |
///        64  | table: one entry of 64 bytes per section |
///            | sections, in the order of the table, each after fewer than 64 bytes of zeros |
///
///   entry    | name, zero-padded, 40 bytes | offset, u64 | size, u64 | checksum, u64 |
///
/// Sizes and offsets are in bytes. Checksums are XXH3, 64 bits; that of header and table is
/// computed with zeros in its own field.
struct SectionFileHeader {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t byte_order;
  std::uint64_t file_size;
  std::uint64_t sections;
  std::uint64_t checksum;
  std::array<char, 24> zeros;
};
/// An entry of the table.
struct SectionFileEntry {
  std::array<char, 40> name;
  std::uint64_t offset, size, checksum;
};
static_assert(sizeof(SectionFileHeader) == 64 && sizeof(SectionFileEntry) == 64);

/// Whether `path` is a regular file with the magic bytes of a section file. False if it cannot be
/// read.
bool is_section_file(const std::filesystem::path& path) noexcept;

/// Like open_section_file(), but returns no value if `path` is not a regular file or does not begin
/// with the magic bytes. Opens the file only once. Throws IoError if it cannot be read, or
/// FormatError if it is damaged.
std::optional<Sections> find_section_file(const std::filesystem::path& path);

/// Maps a file and checks its header and its table, but not the content of the sections. The result
/// keeps the file mapped. Throws IoError, or FormatError if it is not a valid section file.
Sections open_section_file(const std::filesystem::path& path);

/// Does the same for a file in memory. Throws FormatError, which names `file`.
Sections parse_section_file(const base::FlatArray<std::byte>& bytes, const std::string& file);

/// Does the same as open_section_file() and also verifies the checksums of all sections and the
/// zeros between them. Throws IoError, or FormatError, which names the damaged section.
Sections open_verified_section_file(const std::filesystem::path& path);

/// Writes a section file through a base::OutputFile. The same sections give the same bytes. Throws
/// IoError, or std::invalid_argument if the name of a section is empty, longer than 40 bytes,
/// contains a NUL or is used twice.
void write_section_file(const std::filesystem::path& path, const Sections& sections);

/// Computes the checksum of the header and the table, which are the bytes `head`. The checksum
/// field in `head` is ignored. Precondition: `head` contains at least the header.
std::uint64_t section_file_checksum(std::span<const std::byte> head);

}  // namespace m2v::formats
