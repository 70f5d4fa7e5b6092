#pragma once

#include <string>
#include <vector>

namespace m2v::simd {

/// The names of the instruction sets that this machine has and this library was built for, best
/// first, e.g. {"AVX3_DL", "AVX3", "AVX2", "SSE4", "SSSE3", "SSE2"}.
std::vector<std::string> available_targets();

/// Makes the kernels use the named one (any case), until the next call; "" for the best again.
/// Returns false if the machine lacks it. Not while kernels run in other threads.
bool force_target(const std::string& name);

/// The one in use.
std::string active_target();

/// The kernels' alignment-free building block of tests: runs `check` under every available target.
template <typename Check>
void for_each_target(Check check) {
  for (const std::string& target : available_targets()) {
    force_target(target);
    check(target);
  }
  force_target("");
}

}  // namespace m2v::simd
