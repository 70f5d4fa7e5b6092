#include "simd/target.h"

// HWY_TARGETS must include AVX3_DL, as in product.cpp and distance.cpp, whose kernels are compiled
// for it.
#define HWY_WANT_AVX3_DL 1
#include <hwy/highway.h>
#include <hwy/targets.h>

#include <cctype>
#include <cstdlib>
#include <stdexcept>

#include "m2v/version.h"

namespace m2v::simd {
namespace {

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// Returns the bits of the targets that are compiled in and that the machine has. A lower bit is a
/// better target.
std::int64_t usable() { return hwy::SupportedTargets() & HWY_TARGETS; }

/// Applies M2V_SIMD before main(), so that even the first kernel runs on the requested target.
/// False for an unavailable target, which simd_target() reports.
const bool kEnvironmentApplied = [] {
  const char* wanted = std::getenv("M2V_SIMD");
  return wanted == nullptr || force_target(wanted);
}();

}  // namespace

std::vector<std::string> available_targets() {
  std::vector<std::string> names;
  const std::int64_t all = usable();
  for (std::int64_t bit = 1; bit > 0 && bit <= all; bit <<= 1) {
    if (all & bit) names.emplace_back(hwy::TargetName(bit));
  }
  return names;
}

bool force_target(const std::string& name) {
  hwy::DisableTargets(0);
  bool found = name.empty();
  if (!found) {
    const std::string wanted = upper(name);
    const std::int64_t all = usable();
    for (std::int64_t bit = 1; bit > 0 && bit <= all && !found; bit <<= 1) {
      if ((all & bit) && wanted == hwy::TargetName(bit)) {
        hwy::DisableTargets(bit - 1);  // all better targets
        found = true;
      }
    }
  }
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  return found;
}

std::string active_target() { return hwy::TargetName(usable() & -usable()); }

}  // namespace m2v::simd

namespace m2v {

std::string_view simd_target() {
  if (!simd::kEnvironmentApplied) {
    std::string names;
    for (const std::string& name : simd::available_targets()) names += " " + name;
    throw std::invalid_argument("M2V_SIMD: this machine has no such target; it has" + names);
  }
  static thread_local std::string name;
  name = simd::active_target();
  return name;
}

}  // namespace m2v
