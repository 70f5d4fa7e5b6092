#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "core/json_members.h"
#include "text/text_source.h"

namespace m2v::text {

/// The part of a text that is in memory: what has been read, and not used yet. It grows for a
/// record that is longer than a block, and stays at two blocks otherwise.
class TextBuffer {
 public:
  static constexpr std::size_t kBlockBytes = std::size_t{4} << 20;

  explicit TextBuffer(TextSource source) : source_(std::move(source)) {}

  /// What has not been used. Bytes behind it are readable, as core::JsonMembers asks for.
  std::span<char> rest() noexcept { return {bytes_.get() + begin_, end_ - begin_}; }
  void use(std::size_t count) noexcept { begin_ += count; }

  /// Makes rest() longer by one read, wherever it lies afterwards. False at the end.
  bool read_more();

  const TextSource& source() const noexcept { return source_; }

 private:
  void make_room();

  TextSource source_;
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

}  // namespace m2v::text
