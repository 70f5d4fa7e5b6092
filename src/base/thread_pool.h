#pragma once

#include <cstddef>
#include <functional>

#include "m2v/export.h"

namespace m2v::base {

// These functions are internal, but libm2v exports them so that all libraries of a process share
// the pool.

/// Returns `threads`, or the number of hardware threads if it is 0. At least 1.
M2V_API unsigned thread_count(unsigned threads) noexcept;

/// Returns the number of blocks of `size` items that hold `count` items: the number of indices for
/// parallel_for() if a single item is too little work.
constexpr std::size_t blocks_of(std::size_t count, std::size_t size) noexcept {
  return (count + size - 1) / size;
}

/// Runs task(index, worker) for every index below `count` on up to thread_count(threads) threads,
/// including the calling thread, and returns when all are done. Indices are handed out in order,
/// one at a time, so each should be a substantial piece of work. `worker` is below
/// thread_count(threads) and used by one thread at a time, so it can index scratch memory. After
/// the first exception no more indices are handed out, and that exception is rethrown here. The
/// caller's CancellationScope applies on all threads and is checked before each index; see
/// check_cancelled().
M2V_API void parallel_for(std::size_t count, unsigned threads,
                          const std::function<void(std::size_t index, unsigned worker)>& task);

}  // namespace m2v::base
