#pragma once

#include <cstddef>

namespace m2v::simd {

/// Copies floats to memory that nobody will read soon: past the caches, so that it takes neither
/// the time to read what it replaces nor the place of what is in use. Any alignment. Other threads
/// see the copy as they see ordinary stores.
void stream_copy(const float* from, std::size_t count, float* to) noexcept;

}  // namespace m2v::simd
