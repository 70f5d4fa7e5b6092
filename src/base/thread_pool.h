#pragma once

#include <cstddef>
#include <functional>

#include "m2v/export.h"

namespace m2v::core {

// Exported by libm2v, though internal: all libraries of a process share this state.

/// The number of threads that `threads` asks for: itself, or the machine's if it is 0.
M2V_API unsigned thread_count(unsigned threads) noexcept;

/// How many blocks of `size` hold `count` things: indices for parallel_for() where one thing is too
/// little work.
constexpr std::size_t blocks_of(std::size_t count, std::size_t size) noexcept {
  return (count + size - 1) / size;
}

/// Runs task(index, worker) for every index below `count`, on up to `threads` threads (0: the
/// machine's), the caller's among them. Indices are handed out in order, one at a time, so make
/// them coarse. `worker` is below thread_count(threads) and belongs to one thread at a time: use it
/// to index scratch memory. The first exception stops the hand-out and is rethrown here. The
/// caller's CancellationScope is looked at before each index, and holds on all of the threads.
M2V_API void parallel_for(std::size_t count, unsigned threads,
                          const std::function<void(std::size_t index, unsigned worker)>& task);

}  // namespace m2v::core
