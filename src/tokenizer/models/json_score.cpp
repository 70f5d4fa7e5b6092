#include "tokenizer/models/json_score.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace m2v::tokenizer {
namespace {

constexpr int kMaxPower = 308;

std::array<double, kMaxPower + 1> make_powers_of_ten() {
  std::array<double, kMaxPower + 1> powers{};
  for (int i = 0; i <= kMaxPower; ++i) {
    const std::string digits = "1e" + std::to_string(i);
    std::from_chars(digits.data(), digits.data() + digits.size(), powers[std::size_t(i)]);
  }
  return powers;
}

}  // namespace

double as_read_by_tokenizers(double exact) {
  static const auto kPowers = make_powers_of_ten();
  std::array<char, 32> text;
  const char* const end = std::to_chars(text.data(), text.data() + text.size(), std::abs(exact),
                                        std::chars_format::scientific)
                              .ptr;
  // The format is one digit, optionally a point and more digits, and an exponent.
  std::uint64_t digits = 0;
  int exponent = 0;
  bool after_point = false;
  const char* at = text.data();
  for (; *at != 'e'; ++at) {
    if (*at == '.') {
      after_point = true;
      continue;
    }
    digits = digits * 10 + static_cast<std::uint64_t>(*at - '0');
    if (after_point) --exponent;
  }
  int stated = 0;
  std::from_chars(at[1] == '+' ? at + 2 : at + 1, end, stated);
  exponent += stated;
  auto value = static_cast<double>(digits);
  if (exponent < -kMaxPower) {
    value /= kPowers[kMaxPower];
    exponent += kMaxPower;
  }
  const double power = kPowers[static_cast<std::size_t>(std::abs(exponent))];
  value = exponent < 0 ? value / power : value * power;
  return std::copysign(value, exact);
}

}  // namespace m2v::tokenizer
