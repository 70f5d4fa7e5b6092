#include "cli/distill_library.h"

#include "cli/library.h"

#ifndef M2V_DISTILL_LIBRARY  // not part of this build, but it may be installed
#define M2V_DISTILL_LIBRARY "libm2v_distill.so"
#endif

namespace m2v::cli {
namespace {

namespace fs = std::filesystem;

/// Names of the library's exported functions; the suffix is the version of the signature.
constexpr char kDistill[] = "m2v_distill_v4";
constexpr char kConvert[] = "m2v_convert_v1";
using Convert = void (*)(const StaticModel* model, const ConvertOptions* options,
                         const OnEvent* on_event, std::optional<StaticModel>* result);
using Distill = void (*)(const fs::path* teacher, const DistillOptions* options,
                         const OnEvent* on_event, DistillReport* report,
                         std::optional<StaticModel>* result);

}  // namespace

StaticModel distill_through_library(const fs::path& teacher, const DistillOptions& options,
                                    const OnEvent& on_event, DistillReport& report) {
  static const auto function =
      reinterpret_cast<Distill>(library_function(M2V_DISTILL_LIBRARY, kDistill, "distilling"));
  std::optional<StaticModel> result;
  function(&teacher, &options, &on_event, &report, &result);
  return std::move(result.value());
}

StaticModel convert_through_library(const StaticModel& model, const ConvertOptions& options,
                                    const OnEvent& on_event) {
  static const auto function =
      reinterpret_cast<Convert>(library_function(M2V_DISTILL_LIBRARY, kConvert, "converting"));
  std::optional<StaticModel> result;
  function(&model, &options, &on_event, &result);
  return std::move(result.value());
}

}  // namespace m2v::cli
