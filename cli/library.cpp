#include "cli/library.h"

#include <dlfcn.h>

#include <filesystem>
#include <vector>

#include "m2v/error.h"

namespace m2v::cli {
namespace {

namespace fs = std::filesystem;

/// Returns the paths to try, in order: the installed library, the one in the build folder, and its
/// bare name, which the dynamic loader looks up in its search path.
std::vector<fs::path> candidates(const std::string& library) {
  std::vector<fs::path> paths;
  std::error_code problem;
  const fs::path executable = fs::read_symlink("/proc/self/exe", problem);
  if (!problem) {
    const fs::path folder = executable.parent_path();
    paths.push_back(folder / M2V_LIBRARY_FOLDER / library);
#ifdef M2V_BUILD_LIBRARY_FOLDER
    paths.push_back(folder / M2V_BUILD_LIBRARY_FOLDER / library);
#endif
  }
  paths.emplace_back(library);
  return paths;
}

void* open_library(const std::string& library, const std::string& purpose) {
  std::string problem;
  for (const fs::path& path : candidates(library)) {
    std::error_code ignored;
    const bool is_file = path.has_parent_path();
    if (is_file && !fs::exists(path, ignored)) continue;
    if (void* opened = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) return opened;
    const char* message = ::dlerror();
    if (message != nullptr && problem.empty()) problem = message;
  }
  throw Error(purpose + " needs " + library + ", which cannot be loaded (" + problem +
              "); install it next to the m2v library, or build m2v with it");
}

}  // namespace

void* library_function(const std::string& library, const char* function,
                       const std::string& purpose) {
  void* symbol = ::dlsym(open_library(library, purpose), function);
  if (symbol == nullptr) {
    throw Error("the " + library + " that was found belongs to another version of m2v (it has no " +
                function + "); install the one that came with this command");
  }
  return symbol;
}

}  // namespace m2v::cli
