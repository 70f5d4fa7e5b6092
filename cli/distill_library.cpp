#include "cli/distill_library.h"

#include "cli/library.h"

#ifndef M2V_DISTILL_LIBRARY  // this build has none, but one may be installed
#define M2V_DISTILL_LIBRARY "libm2v_distill.so"
#endif

namespace m2v::cli {
namespace {

namespace fs = std::filesystem;

/// The library's one exported function; the number is the version of its signature.
constexpr char kFunction[] = "m2v_distill_v1";
using Function = void (*)(const fs::path* teacher, const DistillOptions* options,
                          const OnEvent* on_event, DistillReport* report,
                          std::optional<StaticModel>* result);

}  // namespace

StaticModel distill_through_library(const fs::path& teacher, const DistillOptions& options,
                                    const OnEvent& on_event, DistillReport& report) {
  static const auto function =
      reinterpret_cast<Function>(library_function(M2V_DISTILL_LIBRARY, kFunction, "distilling"));
  std::optional<StaticModel> result;
  function(&teacher, &options, &on_event, &report, &result);
  return std::move(result.value());
}

}  // namespace m2v::cli
