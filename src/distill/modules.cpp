#include "distill/modules.h"

#include "base/json.h"

namespace m2v::distillation {
namespace {

namespace fs = std::filesystem;

/// Returns the folder of a module, relative to the teacher's folder.
fs::path folder_of(const base::JsonAt& module) {
  fs::path path = module.at("path").string();
  if (path.is_absolute() || (!path.empty() && *path.begin() == "..")) {
    module.at("path").fail("points outside the model's folder");
  }
  return path;
}

}  // namespace

Modules read_modules(const fs::path& teacher) {
  Modules modules{.transformer = teacher, .pooling = {}, .dense = {}};
  std::optional<fs::path> pooling = "1_Pooling";
  const fs::path list = teacher / "modules.json";
  if (fs::exists(list)) {
    pooling.reset();
    const std::string name = list.string();
    const base::Json json = base::read_json(name);
    for (const base::JsonAt& module : base::JsonAt(json, name).elements()) {
      const std::string& type = module.at("type").string();
      if (type.ends_with(".Transformer")) {
        const fs::path folder = folder_of(module);
        if (!folder.empty() && fs::is_directory(teacher / folder)) {
          modules.transformer = teacher / folder;
        }
      } else if (type.ends_with("Pooling")) {
        pooling = folder_of(module);
      } else if (type.ends_with(".Dense")) {
        modules.dense = folder_of(module).string();
      }
    }
  }
  if (pooling && fs::exists(teacher / *pooling / "config.json")) {
    modules.pooling = teacher / *pooling / "config.json";
  }
  return modules;
}

}  // namespace m2v::distillation
