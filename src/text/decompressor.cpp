#include "text/decompressor.h"

#ifdef M2V_WITH_COMPRESSION
#include <zlib.h>
#include <zstd.h>
#endif

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "m2v/error.h"

namespace m2v::text {
namespace {

constexpr std::string_view kGzipMagic = "\x1F\x8B";
constexpr std::string_view kZstdMagic = "\x28\xB5\x2F\xFD";
constexpr std::string_view kSkippableMagic = "\x2A\x4D\x18";  // follows a byte of 0x50 to 0x5F
#ifdef M2V_WITH_COMPRESSION

constexpr std::size_t kInputBytes = std::size_t{128} << 10;

/// Reads the compressed bytes into a buffer.
class Input {
 public:
  Input(ByteSource& source, std::string name) : source_(source), name_(std::move(name)) {}

  /// Returns the unused bytes of the buffer, after a read if there are none. Empty at the end.
  std::string_view rest() {
    if (begin_ == end_) {
      begin_ = 0;
      end_ = source_.read(buffer_);
    }
    return std::string_view(buffer_.data(), end_).substr(begin_);
  }
  void use(std::size_t count) { begin_ += count; }

  [[noreturn]] void fail(const std::string& problem) const {
    throw FormatError(name_, "", problem);
  }

 private:
  ByteSource& source_;
  std::string name_;
  std::string buffer_ = std::string(kInputBytes, '\0');
  std::size_t begin_ = 0, end_ = 0;
};

class GzipSource : public ByteSource {
 public:
  GzipSource(ByteSource& source, std::string name) : input_(source, std::move(name)) {
    constexpr int kGzipOnly = 16;  // added to the window bits: accepts no other header
    if (inflateInit2(&stream_, MAX_WBITS + kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~GzipSource() override { inflateEnd(&stream_); }

  std::size_t read(std::span<char> out) override {
    const std::size_t wanted = std::min<std::size_t>(out.size(), std::size_t{1} << 30);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(wanted);
    while (stream_.avail_out == wanted) {
      if (!in_member_ && !begin_member()) break;
      const std::string_view rest = input_.rest();
      if (rest.empty()) input_.fail("the gzip data are cut off: the file is not complete");
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
      stream_.avail_in = static_cast<uInt>(rest.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      input_.use(rest.size() - stream_.avail_in);
      if (result == Z_MEM_ERROR) throw std::bad_alloc();
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
        const char* const reason = stream_.msg != nullptr ? stream_.msg : "unknown error";
        input_.fail(std::string("the gzip data are damaged: ") + reason);
      }
      if (result == Z_STREAM_END) in_member_ = false;
    }
    return wanted - stream_.avail_out;
  }

 private:
  /// Skips zero padding and starts the next member. Returns false at the end.
  bool begin_member() {
    for (std::string_view rest = input_.rest(); !rest.empty(); rest = input_.rest()) {
      const std::size_t zeros = std::min(rest.find_first_not_of('\0'), rest.size());
      if (zeros > 0) {
        input_.use(zeros);
        continue;
      }
      if (rest[0] != kGzipMagic[0]) input_.fail("something that is not gzip follows the gzip data");
      in_member_ = true;
      return inflateReset(&stream_) == Z_OK;
    }
    return false;
  }

  Input input_;
  z_stream stream_{};
  bool in_member_ = true;
};

class ZstdSource : public ByteSource {
 public:
  ZstdSource(ByteSource& source, std::string name)
      : input_(source, std::move(name)), stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
  }
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }

  std::size_t read(std::span<char> out) override {
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    while (output.pos == 0) {
      const std::string_view rest = input_.rest();
      if (rest.empty() && is_frame_complete_) break;
      ZSTD_inBuffer input{rest.data(), rest.size(), 0};
      const std::size_t result = ZSTD_decompressStream(stream_, &output, &input);
      input_.use(input.pos);
      if (ZSTD_isError(result) != 0) {
        input_.fail(std::string("the zstd data are damaged: ") + ZSTD_getErrorName(result));
      }
      is_frame_complete_ = result == 0;
      if (rest.empty() && output.pos == 0 && !is_frame_complete_) {
        input_.fail("the zstd data are cut off: the file is not complete");
      }
    }
    return output.pos;
  }

 private:
  Input input_;
  ZSTD_DStream* stream_;
  bool is_frame_complete_ = false;
};

#endif  // M2V_WITH_COMPRESSION

bool is_skippable_start(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xF0) == 0x50;
}

}  // namespace

Compression compression_of(std::string_view first_bytes) noexcept {
  if (first_bytes.starts_with(kGzipMagic)) return Compression::kGzip;
  if (first_bytes.starts_with(kZstdMagic)) return Compression::kZstd;
  const bool skippable = first_bytes.size() >= 4 && is_skippable_start(first_bytes[0]) &&
                         first_bytes.substr(1).starts_with(kSkippableMagic);
  return skippable ? Compression::kZstd : Compression::kNone;
}

bool is_magic_prefix(std::string_view first_bytes) noexcept {
  if (first_bytes.empty()) return true;
  return kGzipMagic.starts_with(first_bytes) || kZstdMagic.starts_with(first_bytes) ||
         (is_skippable_start(first_bytes[0]) && first_bytes.size() < 4 &&
          kSkippableMagic.starts_with(first_bytes.substr(1)));
}

std::unique_ptr<ByteSource> decompress(ByteSource& source, Compression compression,
                                       std::string name) {
#ifdef M2V_WITH_COMPRESSION
  if (compression == Compression::kGzip) {
    return std::make_unique<GzipSource>(source, std::move(name));
  }
  return std::make_unique<ZstdSource>(source, std::move(name));
#else
  static_cast<void>(source);
  static_cast<void>(compression);
  throw FormatError(name, "", "is compressed, but m2v was built without M2V_WITH_COMPRESSION");
#endif
}

}  // namespace m2v::text
