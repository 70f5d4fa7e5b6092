#include "cli/distill_library.h"

#include <dlfcn.h>

#include <string>
#include <vector>

#include "m2v/error.h"

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

/// Where the library may lie, best first: installed, in the build folder, anywhere the loader
/// looks.
std::vector<fs::path> candidates() {
  std::vector<fs::path> paths;
  std::error_code problem;
  const fs::path executable = fs::read_symlink("/proc/self/exe", problem);
  if (!problem) {
    const fs::path folder = executable.parent_path();
    paths.push_back(folder / M2V_LIBRARY_FOLDER / M2V_DISTILL_LIBRARY);
#ifdef M2V_BUILD_LIBRARY_FOLDER
    paths.push_back(folder / M2V_BUILD_LIBRARY_FOLDER / M2V_DISTILL_LIBRARY);
#endif
  }
  paths.emplace_back(M2V_DISTILL_LIBRARY);
  return paths;
}

void* open_library() {
  std::string problem;
  for (const fs::path& path : candidates()) {
    std::error_code ignored;
    const bool is_file = path.has_parent_path();
    if (is_file && !fs::exists(path, ignored)) continue;
    if (void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
    const char* message = ::dlerror();
    if (message != nullptr && problem.empty()) problem = message;
  }
  throw Error("distilling needs " M2V_DISTILL_LIBRARY ", which cannot be loaded (" + problem +
              "); build with M2V_BUILD_DISTILL=ON or install it beside the m2v library");
}

Function find_function() {
  void* library = open_library();  // stays open: exceptions thrown by it carry its code
  void* symbol = ::dlsym(library, kFunction);
  if (symbol == nullptr) {
    throw Error("the " M2V_DISTILL_LIBRARY " found is of another version of m2v (it has no " +
                std::string(kFunction) + "); install the one that came with this command");
  }
  return reinterpret_cast<Function>(symbol);
}

}  // namespace

StaticModel distill_through_library(const fs::path& teacher, const DistillOptions& options,
                                    const OnEvent& on_event, DistillReport& report) {
  static const Function function = find_function();
  std::optional<StaticModel> result;
  function(&teacher, &options, &on_event, &report, &result);
  return std::move(result.value());
}

}  // namespace m2v::cli
