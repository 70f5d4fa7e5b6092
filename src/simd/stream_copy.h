#pragma once

#include <cstddef>

namespace m2v::simd {

/// Copies floats to memory that nobody will read soon: past the caches, so that it takes neither
/// the time to read what it replaces nor the place of what is in use. Any alignment. Call
/// finish_streaming() before other threads may look at the copy.
void stream_copy(const float* from, std::size_t count, float* to) noexcept;

/// Orders this thread's copies before its later stores, such as those that tell that it is done.
void finish_streaming() noexcept;

}  // namespace m2v::simd
