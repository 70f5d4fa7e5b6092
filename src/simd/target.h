#pragma once

#include <string>
#include <vector>

namespace m2v::simd {

/// Returns the names of the instruction sets that this machine has and this library was built for,
/// best first, e.g. {"AVX3_DL", "AVX3", "AVX2", "SSE4", "SSSE3", "SSE2"}.
std::vector<std::string> available_targets();

/// Makes the kernels use the named instruction set (in any case) until the next call; "" selects
/// the best one again. Returns false if the machine does not have it, and selects the best one.
/// Must not be called while kernels run in other threads.
bool force_target(const std::string& name);

/// Returns the name of the instruction set in use.
std::string active_target();

/// For tests: calls check(name) under every available target, then selects the best one again.
template <typename Check>
void for_each_target(Check check) {
  for (const std::string& target : available_targets()) {
    force_target(target);
    check(target);
  }
  force_target("");
}

}  // namespace m2v::simd
