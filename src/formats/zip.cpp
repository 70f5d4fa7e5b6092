#include "formats/zip.h"

#include <cstdint>
#include <cstring>
#include <limits>

#include "m2v/error.h"

namespace m2v::formats {
namespace {

constexpr std::uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50, kLocator64 = 0x07064b50;
constexpr std::size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22, kLocatorSize = 20;
constexpr std::size_t kMaxCommentSize = 65'535;

// Where the fields of each kind of record are (APPNOTE.TXT, sections 4.3.7 to 4.3.16).
namespace local {
constexpr std::size_t kNameSize = 26, kExtraSize = 28;
}
namespace central {
constexpr std::size_t kMethod = 10, kPackedSize = 20, kSize = 24, kNameSize = 28, kExtraSize = 30,
                      kCommentSize = 32, kLocalHeader = 42;
}
namespace end_record {
constexpr std::size_t kEntries = 10, kDirectory = 16;
}
namespace locator64 {
constexpr std::size_t kEnd64 = 8;
}
namespace end64 {
constexpr std::size_t kEntries = 32, kDirectory = 48;
}
namespace extra {
constexpr std::size_t kId = 0, kSize = 2, kHeaderSize = 4;
constexpr std::uint16_t kZip64Id = 1;
}  // namespace extra

constexpr std::uint32_t kInZip64 = std::numeric_limits<std::uint32_t>::max();

/// Reads little-endian numbers and bytes of an archive, with bounds checks.
class ZipReader {
 public:
  ZipReader(std::span<const std::byte> bytes, const std::string& file)
      : bytes_(bytes), file_(file) {}

  template <typename T>
  T number(std::size_t at) const {
    T value;
    std::memcpy(&value, part(at, sizeof value).data(), sizeof value);
    return value;
  }
  std::span<const std::byte> part(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) fail(at, "the archive is truncated");
    return bytes_.subspan(at, size);
  }
  std::string text(std::size_t at, std::size_t size) const {
    const auto bytes = part(at, size);
    return {reinterpret_cast<const char*>(bytes.data()), size};
  }
  [[noreturn]] void fail(std::size_t at, const std::string& problem) const {
    throw FormatError(file_, "byte " + std::to_string(at), problem);
  }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
  const std::string& file_;
};

/// The central directory: the number of its entries and its offset.
struct Directory {
  std::uint64_t entries, begin;
};

Directory find_directory(const ZipReader& archive) {
  // The end record is followed only by a comment.
  if (archive.size() < kEndSize) archive.fail(0, "too short for a zip archive");
  std::size_t end = archive.size() - kEndSize;
  const std::size_t first = end > kMaxCommentSize ? end - kMaxCommentSize : 0;
  while (archive.number<std::uint32_t>(end) != kEnd) {
    if (end == first)
      archive.fail(archive.size(), "no directory at the end: the file is truncated");
    --end;
  }
  Directory directory{archive.number<std::uint16_t>(end + end_record::kEntries),
                      archive.number<std::uint32_t>(end + end_record::kDirectory)};
  if (end >= kLocatorSize && archive.number<std::uint32_t>(end - kLocatorSize) == kLocator64) {
    const auto record = archive.number<std::uint64_t>(end - kLocatorSize + locator64::kEnd64);
    if (archive.number<std::uint32_t>(record) != kEnd64) {
      archive.fail(record, "expected the zip64 directory's end");
    }
    directory = {archive.number<std::uint64_t>(record + end64::kEntries),
                 archive.number<std::uint64_t>(record + end64::kDirectory)};
  }
  return directory;
}

/// A member: its compressed size, its size, and the offset of its local header.
struct Member {
  std::uint64_t packed, size, header;
};

/// Replaces the values that do not fit into 32 bits by those in the zip64 extra field, if there is
/// one. It contains only these values, in this order.
void read_zip64(const ZipReader& archive, std::size_t at, std::size_t end, Member& member) {
  for (; at + extra::kHeaderSize <= end;
       at += extra::kHeaderSize + archive.number<std::uint16_t>(at + extra::kSize)) {
    if (archive.number<std::uint16_t>(at + extra::kId) != extra::kZip64Id) continue;
    std::size_t field = at + extra::kHeaderSize;
    for (std::uint64_t* value : {&member.size, &member.packed, &member.header}) {
      if (*value != kInZip64) continue;
      *value = archive.number<std::uint64_t>(field);
      field += sizeof *value;
    }
    return;
  }
}

}  // namespace

std::map<std::string, std::span<const std::byte>, std::less<>> zip_members(
    std::span<const std::byte> bytes, const std::string& file) {
  const ZipReader archive(bytes, file);
  const Directory directory = find_directory(archive);
  std::map<std::string, std::span<const std::byte>, std::less<>> members;
  std::size_t at = directory.begin;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    if (archive.number<std::uint32_t>(at) != kCentral) archive.fail(at, "expected a member");
    const auto method = archive.number<std::uint16_t>(at + central::kMethod);
    const std::size_t name_size = archive.number<std::uint16_t>(at + central::kNameSize);
    const std::size_t extra_size = archive.number<std::uint16_t>(at + central::kExtraSize);
    const std::size_t comment_size = archive.number<std::uint16_t>(at + central::kCommentSize);
    Member member{archive.number<std::uint32_t>(at + central::kPackedSize),
                  archive.number<std::uint32_t>(at + central::kSize),
                  archive.number<std::uint32_t>(at + central::kLocalHeader)};
    const std::size_t extras = at + kCentralSize + name_size;
    read_zip64(archive, extras, extras + extra_size, member);
    if (method != 0 || member.packed != member.size) {
      archive.fail(at, "a member is compressed; torch.save writes members uncompressed");
    }
    if (archive.number<std::uint32_t>(member.header) != kLocal) {
      archive.fail(member.header, "expected a member's header");
    }
    const std::size_t data = member.header + kLocalSize +
                             archive.number<std::uint16_t>(member.header + local::kNameSize) +
                             archive.number<std::uint16_t>(member.header + local::kExtraSize);
    if (!members
             .emplace(archive.text(at + kCentralSize, name_size), archive.part(data, member.size))
             .second) {
      archive.fail(at, "two members have the same name");
    }
    at = extras + extra_size + comment_size;
  }
  return members;
}

}  // namespace m2v::formats
