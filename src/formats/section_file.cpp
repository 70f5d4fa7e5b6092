#include "formats/section_file.h"

#include <sys/stat.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <unordered_set>
#include <vector>

#include "base/hash.h"
#include "base/mapped_file.h"
#include "base/output_file.h"
#include "m2v/error.h"

namespace m2v::formats {
namespace {

// As in PNG, a non-ASCII byte, both kinds of line ends and an end-of-file character, so that a copy
// in text mode is detected.
constexpr std::array<char, 8> kMagic = {'\x89', 'm', '2', 'v', '\r', '\n', '\x1a', '\n'};
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kByteOrder = 0x01020304;
constexpr std::size_t kSectionAlignment = 64;
constexpr std::size_t kMaxSections = 1024;
static_assert(std::endian::native == std::endian::little, "sections are used as they lie");

bool begins_with_magic(std::string_view text) {
  return text.starts_with(std::string_view(kMagic.data(), kMagic.size()));
}

std::uint64_t checksum_of(std::span<const std::byte> bytes) { return base::hash({&bytes, 1}); }

/// Returns the checksum of all pieces of a section.
std::uint64_t checksum_of(const Sections::Section& section) {
  std::vector<std::span<const std::byte>> pieces = {section.bytes.span()};
  for (const auto& piece : section.rest) pieces.push_back(piece.span());
  return base::hash(pieces);
}

std::uint64_t size_of(const Sections::Section& section) {
  std::uint64_t size = section.bytes.size();
  for (const auto& piece : section.rest) size += piece.size();
  return size;
}

bool all_zero(std::span<const std::byte> bytes) {
  for (const std::byte byte : bytes) {
    if (byte != std::byte{0}) return false;
  }
  return true;
}

/// Reads and checks the header and the table of a file.
class SectionReader {
 public:
  SectionReader(std::span<const std::byte> bytes, const std::string& file)
      : bytes_(bytes), file_(file) {
    read_header();
    read_table();
  }

  const std::vector<SectionFileEntry>& table() const { return table_; }
  static std::string_view name_of(const SectionFileEntry& entry) {
    const std::string_view padded(entry.name.data(), entry.name.size());
    return padded.substr(0, padded.find('\0'));
  }
  std::span<const std::byte> content(const SectionFileEntry& entry) const {
    return bytes_.subspan(entry.offset, entry.size);
  }

  /// Verifies the checksums of the sections and that the bytes between them are zero.
  void verify() const {
    std::size_t end = head_size();
    for (const SectionFileEntry& entry : table_) {
      if (!all_zero(bytes_.subspan(end, entry.offset - end))) {
        fail(entry, "the padding before it is damaged");
      }
      if (checksum_of(content(entry)) != entry.checksum) {
        fail(entry, "is damaged: checksum mismatch");
      }
      end = entry.offset + entry.size;
    }
  }

 private:
  void read_header() {
    if (!begins_with_magic({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()})) {
      fail("not a compiled file: wrong magic bytes");
    }
    if (bytes_.size() < sizeof header_) fail("the header is truncated");
    std::memcpy(&header_, bytes_.data(), sizeof header_);
    if (header_.byte_order != kByteOrder) fail("has the wrong byte order for this machine");
    if (header_.version != kVersion) {
      fail("version " + std::to_string(header_.version) + " of the format; version " +
           std::to_string(kVersion) + " can be read: compile the model again");
    }
    if (header_.file_size != bytes_.size()) {
      fail(std::to_string(bytes_.size()) + " bytes, but its header says " +
           std::to_string(header_.file_size) + ": it is cut off or has something appended");
    }
    const std::size_t max_entries = bytes_.size() / sizeof(SectionFileEntry) - 1;
    if (header_.sections > kMaxSections || header_.sections > max_entries) {
      fail("too small for a table of " + std::to_string(header_.sections) + " sections");
    }
    if (section_file_checksum(bytes_.first(head_size())) != header_.checksum) {
      fail("the header or the table of sections is damaged: checksum mismatch");
    }
  }

  void read_table() {
    table_.resize(header_.sections);
    if (!table_.empty()) {
      std::memcpy(table_.data(), bytes_.data() + sizeof header_,
                  table_.size() * sizeof(SectionFileEntry));
    }
    std::unordered_set<std::string_view> names;
    std::size_t end = head_size();
    for (const SectionFileEntry& entry : table_) {
      const std::string_view name = name_of(entry);
      if (name.empty()) fail(entry, "has no name");
      if (!names.insert(name).second) fail(entry, "is there twice");
      const bool follows = entry.offset >= end && entry.offset - end < kSectionAlignment;
      if (!follows || entry.offset > bytes_.size() || entry.size > bytes_.size() - entry.offset) {
        fail(entry, "does not follow the one before it, or reaches beyond the file");
      }
      end = entry.offset + entry.size;
    }
    if (end != bytes_.size()) fail("has bytes that do not belong to any section");
  }

  std::size_t head_size() const {
    return sizeof header_ + header_.sections * sizeof(SectionFileEntry);
  }

  [[noreturn]] void fail(const std::string& problem) const {
    throw FormatError(file_, "", problem);
  }
  [[noreturn]] void fail(const SectionFileEntry& entry, const std::string& problem) const {
    throw FormatError(file_, "section \"" + std::string(name_of(entry)) + "\"", problem);
  }

  std::span<const std::byte> bytes_;
  const std::string& file_;
  SectionFileHeader header_{};
  std::vector<SectionFileEntry> table_;
};

/// Assigns a position to each section and returns the header with the table.
std::vector<std::byte> make_head(const Sections& sections) {
  std::vector<SectionFileEntry> table;
  std::unordered_set<std::string_view> names;
  std::size_t end = sizeof(SectionFileHeader) + sections.all().size() * sizeof(SectionFileEntry);
  for (const Sections::Section& section : sections.all()) {
    SectionFileEntry entry{};
    if (section.name.empty() || section.name.size() > entry.name.size() ||
        section.name.find('\0') != std::string::npos || !names.insert(section.name).second) {
      throw std::invalid_argument("\"" + section.name + "\" cannot be the name of a section");
    }
    section.name.copy(entry.name.data(), section.name.size());
    entry.offset = end + (kSectionAlignment - (end + section.aligned_offset) % kSectionAlignment) %
                             kSectionAlignment;
    entry.size = size_of(section);
    entry.checksum = checksum_of(section);
    end = entry.offset + entry.size;
    table.push_back(entry);
  }
  SectionFileHeader header{kMagic, kVersion, kByteOrder, end, table.size(), 0, {}};
  std::vector<std::byte> head(sizeof header + table.size() * sizeof(SectionFileEntry));
  std::memcpy(head.data(), &header, sizeof header);
  if (!table.empty()) {
    std::memcpy(head.data() + sizeof header, table.data(), head.size() - sizeof header);
  }
  header.checksum = section_file_checksum(head);
  std::memcpy(head.data(), &header, sizeof header);
  return head;
}

}  // namespace

std::uint64_t section_file_checksum(std::span<const std::byte> head) {
  SectionFileHeader header{};
  std::memcpy(&header, head.data(), sizeof header);
  header.checksum = 0;
  const std::span<const std::byte> pieces[] = {std::as_bytes(std::span(&header, 1)),
                                               head.subspan(sizeof header)};
  return base::hash(pieces);
}

bool is_section_file(const std::filesystem::path& path) noexcept {
  try {
    return begins_with_magic(base::MappedFile::open(path).text());
  } catch (const std::exception&) {
    return false;
  }
}

std::optional<Sections> find_section_file(const std::filesystem::path& path) {
  const base::Descriptor descriptor = base::open_for_reading(path);
  struct stat status{};
  if (::fstat(descriptor.number(), &status) != 0) throw IoError("cannot read", path, errno);
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  const auto file =
      std::make_shared<const base::MappedFile>(base::MappedFile::map(descriptor, path));
  if (!begins_with_magic(file->text())) return std::nullopt;
  return parse_section_file({file->bytes(), file}, path.string());
}

Sections open_section_file(const std::filesystem::path& path) {
  const auto file = std::make_shared<const base::MappedFile>(base::MappedFile::open(path));
  return parse_section_file({file->bytes(), file}, path.string());
}

Sections parse_section_file(const base::FlatArray<std::byte>& bytes, const std::string& file) {
  const SectionReader reader(bytes.span(), file);
  Sections sections(file);
  for (const SectionFileEntry& entry : reader.table()) {
    sections.add(SectionReader::name_of(entry),
                 base::FlatArray<std::byte>(reader.content(entry), bytes.owner()));
  }
  return sections;
}

Sections open_verified_section_file(const std::filesystem::path& path) {
  const auto file = std::make_shared<const base::MappedFile>(base::MappedFile::open(path));
  SectionReader(file->bytes(), path.string()).verify();
  return parse_section_file({file->bytes(), file}, path.string());
}

void write_section_file(const std::filesystem::path& path, const Sections& sections) {
  const std::vector<std::byte> head = make_head(sections);
  base::OutputFile file = base::OutputFile::create(path);
  file.write(head);
  std::size_t written = head.size();
  std::size_t index = 0;
  for (const Sections::Section& section : sections.all()) {
    SectionFileEntry entry;
    std::memcpy(&entry, head.data() + sizeof(SectionFileHeader) + index++ * sizeof entry,
                sizeof entry);
    file.write(std::vector<std::byte>(entry.offset - written));
    file.write(section.bytes.span());
    for (const auto& piece : section.rest) file.write(piece.span());
    written = entry.offset + entry.size;
  }
  file.finish();
}

}  // namespace m2v::formats
