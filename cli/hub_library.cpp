#include "cli/hub_library.h"

#include "cli/library.h"

#ifndef M2V_HUB_LIBRARY  // not part of this build, but it may be installed
#define M2V_HUB_LIBRARY "libm2v_hub.so"
#endif

namespace m2v::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kPurpose[] = "the Hugging Face Hub";

/// Names of the library's exported functions; the suffix is the version of the signature.
constexpr char kPull[] = "m2v_hub_pull_v1";
constexpr char kTeacherId[] = "m2v_hub_sentence_transformer_id_v1";
constexpr char kPush[] = "m2v_hub_push_v2";
using Pull = void (*)(const std::string_view* repository, const hub::HubOptions* options,
                      const OnEvent* on_event, fs::path* result);
using TeacherId = void (*)(const std::string_view* name, std::string* result);
using Push = void (*)(const fs::path* folder, const std::string_view* repository,
                      const hub::PushOptions* options, const OnEvent* on_event,
                      hub::PushResult* result);

}  // namespace

fs::path pull_through_library(std::string_view repository, const hub::HubOptions& options,
                              const OnEvent& on_event) {
  static const auto function =
      reinterpret_cast<Pull>(library_function(M2V_HUB_LIBRARY, kPull, kPurpose));
  fs::path result;
  function(&repository, &options, &on_event, &result);
  return result;
}

std::string sentence_transformer_id_through_library(std::string_view name) {
  static const auto function =
      reinterpret_cast<TeacherId>(library_function(M2V_HUB_LIBRARY, kTeacherId, kPurpose));
  std::string result;
  function(&name, &result);
  return result;
}

hub::PushResult push_through_library(const fs::path& folder, std::string_view repository,
                                     const hub::PushOptions& options, const OnEvent& on_event) {
  static const auto function =
      reinterpret_cast<Push>(library_function(M2V_HUB_LIBRARY, kPush, kPurpose));
  hub::PushResult result;
  function(&folder, &repository, &options, &on_event, &result);
  return result;
}

}  // namespace m2v::cli
