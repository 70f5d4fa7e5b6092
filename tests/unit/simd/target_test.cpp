#include "simd/target.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <string>

using namespace m2v::simd;

TEST_CASE("targets are forced by name, in any case, and given up again") {
  const auto targets = available_targets();
  REQUIRE(!targets.empty());
  CHECK(active_target() == targets.front());
  CHECK(!force_target("no-such-target"));
  for (std::string name : targets) {
    const std::string upper = name;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    CHECK(force_target(name));
    CHECK(active_target() == upper);
  }
  force_target("");
  CHECK(active_target() == targets.front());
}

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
// Against what the compiler's own library finds out about the processor.
TEST_CASE("a target is there exactly if the processor and the system have all that it needs") {
  const auto targets = available_targets();
  const auto has = [&](const char* name) { return std::ranges::count(targets, name) == 1; };
  const auto all = [](auto... features) { return (... && features); };
  const bool sse4 = all(__builtin_cpu_supports("ssse3"), __builtin_cpu_supports("sse4.1"),
                        __builtin_cpu_supports("sse4.2"), __builtin_cpu_supports("aes"),
                        __builtin_cpu_supports("pclmul"));
  const bool avx2 = all(sse4, __builtin_cpu_supports("avx"), __builtin_cpu_supports("avx2"),
                        __builtin_cpu_supports("fma"), __builtin_cpu_supports("f16c"),
                        __builtin_cpu_supports("bmi"), __builtin_cpu_supports("bmi2"),
                        __builtin_cpu_supports("lzcnt"));
  const bool avx3 = all(avx2, __builtin_cpu_supports("avx512f"), __builtin_cpu_supports("avx512dq"),
                        __builtin_cpu_supports("avx512cd"), __builtin_cpu_supports("avx512bw"),
                        __builtin_cpu_supports("avx512vl"));
  const bool avx3_dl =
      all(avx3, __builtin_cpu_supports("avx512vbmi"), __builtin_cpu_supports("avx512vbmi2"),
          __builtin_cpu_supports("vaes"), __builtin_cpu_supports("vpclmulqdq"),
          __builtin_cpu_supports("avx512vnni"), __builtin_cpu_supports("avx512bitalg"),
          __builtin_cpu_supports("avx512vpopcntdq"));
  CHECK(has("SSE4") == sse4);
  CHECK(has("AVX2") == avx2);
  CHECK(has("AVX3") == avx3);
  CHECK(has("AVX3_DL") == avx3_dl);
}
#endif
