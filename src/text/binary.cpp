#include "text/binary.h"

#include <algorithm>
#include <cstdint>

namespace m2v::text {
namespace {

struct Signature {
  std::string_view bytes;
  std::size_t position;
  std::string_view kind;
};

using namespace std::string_view_literals;

constexpr Signature kSignatures[] = {
    {"\x89PNG\r\n"sv, 0, "a PNG image"},
    {"\xFF\xD8\xFF"sv, 0, "a JPEG image"},
    {"GIF87a"sv, 0, "a GIF image"},
    {"GIF89a"sv, 0, "a GIF image"},
    {"%PDF-"sv, 0, "a PDF document"},
    {"PK\3\4"sv, 0, "a ZIP archive, or a document that is one"},
    {"7z\xBC\xAF\x27\x1C"sv, 0, "a 7-Zip archive"},
    {"Rar!\x1A\7"sv, 0, "a RAR archive"},
    {"ustar"sv, 257, "a tar archive"},
    {"\xFD"
     "7zXZ\0"sv,
     0, "compressed by xz, and only gzip and zstd are read"},
    {"1AY&SY"sv, 4, "compressed by bzip2, and only gzip and zstd are read"},
    {"\x04\x22\x4D\x18"sv, 0, "compressed by lz4, and only gzip and zstd are read"},
    {"\x1F\x8B\x08"sv, 0, "compressed twice"},
    {"\x28\xB5\x2F\xFD"sv, 0, "compressed twice"},
    {"\x7F"
     "ELF"sv,
     0, "a program"},
    {"\x89m2v\r\n\x1A\n"sv, 0, "a compiled model"},
    {"\x93NUMPY"sv, 0, "a NumPy array"},
    {"PAR1"sv, 0, "a Parquet file, which Python reads (m2v.train.read_table)"},
    {"ARROW1\0\0"sv, 0, "an Arrow file, which Python reads (m2v.train.read_table)"},
    {"FEA1"sv, 0, "a Feather file of version 1"},
    {"SQLite format 3\0"sv, 0, "an SQLite database"},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, 0, "an old Microsoft Office document"},
};

/// A safetensors file begins with the 64-bit length of its header, which is below 4 GiB, followed
/// by the header, a JSON object.
bool is_safetensors(std::string_view bytes) {
  return bytes.size() > 8 && bytes.substr(4, 4) == "\0\0\0\0"sv && bytes[8] == '{';
}

bool is_binary_control(char c) noexcept {
  constexpr std::uint32_t kTextControls = 1u << '\b' | 1u << '\t' | 1u << '\n' | 1u << '\v' |
                                          1u << '\f' | 1u << '\r' | 1u << 0x1A | 1u << 0x1B;
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && (kTextControls >> byte & 1) == 0;
}

}  // namespace

std::optional<std::string> binary_kind(std::string_view first_bytes) {
  constexpr std::size_t kMinControls = 4, kBytesPerControl = 32;
  const std::string_view bytes = first_bytes.substr(0, kBinaryCheckBytes);
  for (const Signature& signature : kSignatures) {
    if (bytes.size() > signature.position &&
        bytes.substr(signature.position).starts_with(signature.bytes)) {
      return std::string(signature.kind);
    }
  }
  if (is_safetensors(bytes)) return "a file of tensors";
  const auto controls = static_cast<std::size_t>(std::ranges::count_if(bytes, is_binary_control));
  if (controls < kMinControls || controls * kBytesPerControl < bytes.size()) return std::nullopt;
  const auto zeros = static_cast<std::size_t>(std::ranges::count(bytes, '\0'));
  if (zeros * 5 >= bytes.size()) return "binary, or UTF-16 without a byte order mark";
  return "binary";
}

}  // namespace m2v::text
