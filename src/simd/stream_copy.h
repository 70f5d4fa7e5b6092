#pragma once

#include <cstddef>

namespace m2v::simd {

/// Copies `count` floats to memory that will not be read soon. The stores bypass the caches, which
/// saves reading the memory that is overwritten and does not evict data in use. Any alignment. Call
/// finish_streaming() before other threads read the copy.
void stream_copy(const float* from, std::size_t count, float* to) noexcept;

/// Orders this thread's copies before its later stores, such as the one that signals completion.
void finish_streaming() noexcept;

}  // namespace m2v::simd
