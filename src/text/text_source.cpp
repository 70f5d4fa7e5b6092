#include "text/text_source.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/utf8_check.h"
#include "m2v/error.h"
#include "text/binary.h"
#include "text/decompressor.h"

namespace m2v::text {
namespace {

constexpr std::size_t kDecodeBytes = std::size_t{128} << 10;

/// Returns a source of the decompressed bytes, or null if the source is not compressed.
std::unique_ptr<ByteSource> unpack(PeekedSource& packed, const std::string& name) {
  while (is_magic_prefix(packed.head()) && packed.peek_more()) {
  }
  const Compression compression = compression_of(packed.head());
  return compression == Compression::kNone ? nullptr : decompress(packed, compression, name);
}

/// Reads a source to its end. Throws Error if it has more than `max_bytes` bytes.
std::string read_all(ByteSource& source, const std::string& name, std::size_t max_bytes) {
  constexpr std::size_t kFirst = std::size_t{16} << 10;
  std::string bytes(kFirst, '\0');
  std::size_t size = 0;
  while (true) {
    if (size == bytes.size()) bytes.resize(2 * size);
    const std::size_t count = source.read(std::span(bytes).subspan(size));
    if (count == 0) break;
    size += count;
    if (size > max_bytes) {
      throw Error(name + ": has more than " + std::to_string(max_bytes) + " bytes");
    }
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace

TextSource::TextSource(std::unique_ptr<ByteSource> bytes, std::string name)
    : name_(std::move(name)), bytes_(std::move(bytes)) {}

TextSource TextSource::open(const std::filesystem::path& path) {
  auto file = std::make_unique<FileSource>(path);
  const FileSource* const view = file.get();
  TextSource source(std::move(file), view->path().string());
  source.file_ = view;
  return source;
}

TextSource TextSource::of_memory(std::string_view bytes, std::string name) {
  return TextSource(std::make_unique<MemorySource>(bytes), std::move(name));
}

TextSource::~TextSource() = default;
TextSource::TextSource(TextSource&&) noexcept = default;
TextSource& TextSource::operator=(TextSource&&) noexcept = default;

/// Determines compression and encoding from the first bytes. It waits for no more bytes than
/// necessary, since the source may be a pipe whose writer waits for an answer to its first line.
void TextSource::start() {
  is_started_ = true;
  compressed_ = std::make_unique<PeekedSource>(*bytes_);
  decompressed_ = unpack(*compressed_, name_);
  raw_ = std::make_unique<PeekedSource>(decompressed_ ? *decompressed_ : *compressed_);
  if (raw_->head().empty()) raw_->peek_more();
  while (is_mark_prefix(raw_->head()) && raw_->peek_more()) {
  }
  const ByteOrderMark mark = find_mark(raw_->head());
  raw_->skip(mark.size);
  encoding_ = mark.encoding;
  if (encoding_ != Encoding::kUtf8) {
    decoder_ = std::make_unique<Decoder>(encoding_);
  } else if (const auto kind = binary_kind(raw_->head())) {
    throw FormatError(
        name_, "",
        "no text: it is " + *kind + "; a text is UTF-8, or UTF-16 with a byte order mark");
  }
}

std::size_t TextSource::read(std::span<char> out) {
  if (!is_started_) start();
  if (encoding_ == Encoding::kUtf8) return read_utf8(out);
  while (returned_ == pending_.size() && !at_end_) {
    pending_.clear();
    returned_ = 0;
    std::string buffer(kDecodeBytes, '\0');
    const std::size_t count = raw_->read(buffer);
    at_end_ = count == 0;
    at_end_ ? decoder_->finish(pending_)
            : decoder_->append(std::string_view(buffer).substr(0, count), pending_);
  }
  return take_pending(out);
}

/// Reads UTF-8 directly into `out`, and through pending_ only if it is not well-formed.
std::size_t TextSource::read_utf8(std::span<char> out) {
  while (returned_ == pending_.size() && !at_end_) {
    pending_.clear();
    returned_ = 0;
    const std::size_t kept = kept_.copy(out.data(), out.size());
    const std::size_t count = raw_->read(out.subspan(kept));
    at_end_ = count == 0;
    const std::string_view all(out.data(), kept + count);
    const std::string_view text = at_end_ ? all : all.substr(0, complete_utf8(all));
    kept_ = all.substr(text.size());
    if (base::is_utf8(text)) {
      if (!text.empty()) return text.size();
      continue;
    }
    Decoder decoder(Encoding::kUtf8);
    decoder.append(text, pending_);
    decoder.finish(pending_);
  }
  return take_pending(out);
}

std::size_t TextSource::take_pending(std::span<char> out) {
  const std::size_t count = pending_.copy(out.data(), out.size(), returned_);
  returned_ += count;
  return count;
}

std::size_t TextSource::bytes_read() const noexcept {
  return file_ != nullptr ? file_->position() : 0;
}
std::size_t TextSource::file_size() const noexcept { return file_ != nullptr ? file_->size() : 0; }

std::string read_bytes(const std::filesystem::path& path, std::size_t max_bytes) {
  FileSource file(path);
  PeekedSource packed(file);
  const auto unpacked = unpack(packed, file.path().string());
  return read_all(unpacked ? *unpacked : packed, file.path().string(), max_bytes);
}

std::string read_text(const std::filesystem::path& path) {
  TextSource source = TextSource::open(path);
  std::string text(std::size_t{64} << 10, '\0');
  std::size_t size = 0;
  while (true) {
    if (text.size() - size < text.size() / 4) text.resize(2 * text.size());
    const std::size_t count = source.read(std::span(text).subspan(size));
    if (count == 0) break;
    size += count;
  }
  text.resize(size);
  return text;
}

}  // namespace m2v::text
