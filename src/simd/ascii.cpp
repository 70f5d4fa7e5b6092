#include "simd/ascii.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/ascii.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace m2v::simd::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

AsciiClasses classify(const char* text, std::size_t size, bool lowercase, char* out) {
  const hn::CappedTag<std::uint8_t, 64> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto* in = reinterpret_cast<const std::uint8_t*>(text);
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
  // These targets have masked byte loads, which do not read the bytes that are masked out.
  const auto load = [&](std::size_t i)
                        HWY_ATTR { return hn::MaskedLoad(hn::FirstN(d, size - i), d, in + i); };
#else
  alignas(64) std::uint8_t padded[64] = {};
  if (size < 64) {
    std::memcpy(padded, text, size);
    in = padded;
  }
  const auto load = [&](std::size_t i) HWY_ATTR { return hn::LoadU(d, in + i); };
#endif
  AsciiClasses classes{};
  // Unsigned "c - low < count" tests a range with one subtraction and one comparison.
  const auto in_range = [&](auto v, int low, int count) HWY_ATTR {
    return hn::Lt(hn::Sub(v, hn::Set(d, static_cast<std::uint8_t>(low))),
                  hn::Set(d, static_cast<std::uint8_t>(count)));
  };
  const auto bits = [&](auto mask, std::size_t at) HWY_ATTR {
    std::uint8_t bytes[8] = {};
    hn::StoreMaskBits(d, mask, bytes);
    std::uint64_t word;
    std::memcpy(&word, bytes, 8);
    return word << at;
  };
  for (std::size_t i = 0; i < 64; i += lanes) {
    const auto v = load(i);
    const auto folded = hn::Or(v, hn::Set(d, 0x20));
    const auto upper = in_range(v, 'A', 26);
    const auto blank = hn::Or(hn::Or(hn::Eq(v, hn::Set(d, ' ')), in_range(v, '\t', 2)),
                              hn::Eq(v, hn::Set(d, '\r')));
    const auto plain = hn::Or(in_range(v, 0x20, 0x5f), blank);
    const auto word = hn::Or(in_range(folded, 'a', 26), in_range(v, '0', 10));
    const auto punctuation = hn::AndNot(hn::Or(word, blank), plain);
    hn::StoreU(lowercase ? hn::IfThenElse(upper, folded, v) : v, d,
               reinterpret_cast<std::uint8_t*>(out) + i);
    classes.plain |= bits(plain, i);
    classes.space |= bits(blank, i);
    classes.punctuation |= bits(punctuation, i);
  }
  return classes;  // the padding is zeros, which belong to no class
}

}  // namespace m2v::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace m2v::simd {

HWY_EXPORT(classify);

AsciiClasses classify_ascii(const char* text, std::size_t size, bool lowercase,
                            char* out) noexcept {
  return HWY_DYNAMIC_DISPATCH(classify)(text, size, lowercase, out);
}

}  // namespace m2v::simd
#endif
