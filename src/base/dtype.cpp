#include <array>
#include <stdexcept>
#include <string>
#include <utility>

#include "m2v/types.h"

namespace m2v {
namespace {

constexpr std::array<std::pair<DType, std::string_view>, 5> kNames = {{
    {DType::kFloat16, "float16"},
    {DType::kFloat32, "float32"},
    {DType::kFloat64, "float64"},
    {DType::kBFloat16, "bfloat16"},
    {DType::kInt8, "int8"},
}};

}  // namespace

std::string_view dtype_name(DType dtype) noexcept {
  for (const auto& [value, name] : kNames) {
    if (value == dtype) return name;
  }
  return "";
}

DType dtype_from_name(std::string_view name) {
  std::string all;
  for (const auto& [value, known] : kNames) {
    if (known == name) return value;
    all += (all.empty() ? "" : ", ") + std::string(known);
  }
  throw std::invalid_argument("unknown dtype \"" + std::string(name) + "\"; one of " + all);
}

}  // namespace m2v
