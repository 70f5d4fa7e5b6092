#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "tokenizer/id_sink.h"

namespace m2v::tokenizer {

/// A growable array of token ids. The memory past its end is writable and left uninitialized, and
/// clear() keeps the capacity.
class IdBuffer {
 public:
  /// `sink` receives the ids of whole words as they are written; see sink().
  explicit IdBuffer(IdSink sink = {}) noexcept : sink_(sink) {}

  /// The sink that code which writes many ids calls with each of them.
  IdSink sink() const noexcept { return sink_; }

  /// Reserves space for `most` more ids and returns a pointer to it, valid until the next call that
  /// may grow the buffer. The ids written there become part of the buffer with set_end().
  std::uint32_t* reserve_more(std::size_t most) {
    if (size_ + most > capacity_) grow(size_ + most);
    return ids_.get() + size_;
  }
  /// Sets the size so that the ids end at `end`, a pointer into the reserved space.
  void set_end(const std::uint32_t* end) noexcept {
    size_ = static_cast<std::size_t>(end - ids_.get());
  }

  void push_back(std::uint32_t id) {
    *reserve_more(1) = id;
    ++size_;
  }
  void clear() noexcept { size_ = 0; }
  /// Drops the ids from index `size` on. Precondition: `size` <= size().
  void shrink(std::size_t size) noexcept { size_ = size; }

  std::size_t size() const noexcept { return size_; }
  std::uint32_t* data() noexcept { return ids_.get(); }
  const std::uint32_t* data() const noexcept { return ids_.get(); }
  std::span<const std::uint32_t> ids() const noexcept { return {ids_.get(), size_}; }

 private:
  void grow(std::size_t wanted) {
    const std::size_t capacity = std::max(wanted, 2 * capacity_);
    auto larger = std::make_unique_for_overwrite<std::uint32_t[]>(capacity);
    std::copy_n(ids_.get(), size_, larger.get());
    ids_ = std::move(larger);
    capacity_ = capacity;
  }

  IdSink sink_;
  std::unique_ptr<std::uint32_t[]> ids_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace m2v::tokenizer
