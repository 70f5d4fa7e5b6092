#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "base/json_members.h"
#include "text/text_source.h"

namespace m2v::text {

/// Buffers the part of a text that has been read but not consumed yet. Its memory is bounded by a
/// small number of blocks, unless a single record is longer.
class TextBuffer {
 public:
  static constexpr std::size_t kBlockBytes = std::size_t{4} << 20;  ///< The initial capacity.

  explicit TextBuffer(TextSource source) : source_(std::move(source)) {}

  /// The bytes that have not been consumed. base::JsonMembers::kPadding bytes after them are
  /// readable. The span is valid until read_more().
  std::span<char> rest() noexcept { return {bytes_.get() + begin_, end_ - begin_}; }
  /// Consumes the first `count` bytes of rest().
  void use(std::size_t count) noexcept { begin_ += count; }

  /// Extends rest() by one read, which may move it in memory. Returns false at the end. Throws as
  /// TextSource::read() does.
  bool read_more();

  const TextSource& source() const noexcept { return source_; }

 private:
  void reserve_half_block();

  TextSource source_;
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;  ///< rest() is [begin_, end_) of bytes_.
};

}  // namespace m2v::text
