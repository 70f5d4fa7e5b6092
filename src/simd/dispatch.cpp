// Replacements for the functions of Highway's library that its headers call to choose a target. The
// library itself is not linked: when it is loaded it calibrates a clock for its benchmarks, and
// that takes 4 ms, as long as everything else that a process does to embed its first text.
#include <hwy/highway.h>
#include <hwy/targets.h>

#include <atomic>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#if HWY_ARCH_X86
#include <cpuid.h>
#endif

namespace m2v::simd {
namespace {

#if HWY_ARCH_X86

template <typename... Bits>
constexpr std::uint32_t bits(Bits... numbers) {
  return (0u | ... | (1u << numbers));
}

/// The CPUID registers that list features (Intel's manual, volume 2, CPUID; AMD's, volume 3), and
/// in `kept` the register states that the operating system saves (XCR0).
struct Features {
  std::uint32_t leaf1_ecx = 0, leaf7_ebx = 0, leaf7_ecx = 0, extended_ecx = 0, kept = 0;

  bool has(const Features& needed) const {
    const auto all = [](std::uint32_t here, std::uint32_t wanted) {
      return (here & wanted) == wanted;
    };
    return all(leaf1_ecx, needed.leaf1_ecx) && all(leaf7_ebx, needed.leaf7_ebx) &&
           all(leaf7_ecx, needed.leaf7_ecx) && all(extended_ecx, needed.extended_ecx) &&
           all(kept, needed.kept);
  }
};

/// A target and the features that it needs beyond those of the targets before it in kTargets.
struct Target {
  std::int64_t target;
  Features needs;
};
constexpr Target kTargets[] = {
    {HWY_SSSE3, {.leaf1_ecx = bits(9)}},
    // SSE4.1, SSE4.2, PCLMULQDQ, AES
    {HWY_SSE4, {.leaf1_ecx = bits(19, 20, 1, 25)}},
    // AVX, FMA, F16C; AVX2, BMI1, BMI2; LZCNT; the states of the SSE and AVX registers
    {HWY_AVX2,
     {.leaf1_ecx = bits(28, 12, 29),
      .leaf7_ebx = bits(5, 3, 8),
      .extended_ecx = bits(5),
      .kept = bits(1, 2)}},
    // AVX512: F, DQ, CD, BW, VL; the states of its mask and vector registers
    {HWY_AVX3, {.leaf7_ebx = bits(16, 17, 28, 30, 31), .kept = bits(5, 6, 7)}},
    // VBMI, VBMI2, GFNI (newer versions of Highway use it), VAES, VPCLMULQDQ, VNNI, BITALG,
    // VPOPCNTDQ
    {HWY_AVX3_DL, {.leaf7_ecx = bits(1, 6, 8, 9, 10, 11, 12, 14)}},
};

/// Returns the low half of XCR0. Precondition: CPUID reports OSXSAVE.
std::uint32_t kept_states() {
  std::uint32_t low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

Features features() {
  constexpr std::uint32_t kOsxsave = bits(27);
  Features found;
  std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0) found.leaf1_ecx = ecx;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0) {
    found.leaf7_ebx = ebx;
    found.leaf7_ecx = ecx;
  }
  if (__get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx) != 0) found.extended_ecx = ecx;
  if ((found.leaf1_ecx & kOsxsave) != 0) found.kept = kept_states();
  return found;
}

std::int64_t detect() {
  const Features here = features();
  std::int64_t targets = HWY_STATIC_TARGET;
  for (const Target& one : kTargets) {
    if (!here.has(one.needs)) break;
    targets |= one.target;
  }
  return targets;
}

#else

std::int64_t detect() { return HWY_STATIC_TARGET; }

#endif

std::atomic<std::int64_t> disabled{0};
hwy::ChosenTarget chosen;

}  // namespace
}  // namespace m2v::simd

namespace hwy {

int64_t SupportedTargets() {
  static const int64_t detected = m2v::simd::detect();
  const int64_t targets = detected & ~m2v::simd::disabled.load();
  return targets != 0 ? targets : HWY_STATIC_TARGET;
}

void DisableTargets(int64_t disabled_targets) {
  m2v::simd::disabled = disabled_targets;
  m2v::simd::chosen.DeInit();
}

ChosenTarget& GetChosenTarget() { return m2v::simd::chosen; }

void Abort(const char* file, int line, const char* format, ...) {
  std::fprintf(stderr, "%s:%d: ", file, line);
  std::va_list arguments;
  va_start(arguments, format);
  std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  std::abort();
}

}  // namespace hwy
