#include "model/save_record.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/json.h"
#include "base/temporary_file.h"
#include "m2v/error.h"
#include "model/model_names.h"

namespace m2v::model {
namespace {

void remove_file(const base::Descriptor& folder, const base::FileLocation& location) {
  if (::unlinkat(folder.number(), location.name.c_str(), 0) != 0 && errno != ENOENT) {
    throw IoError("cannot remove", location.path, errno);
  }
}

/// If `from` does not exist, it has been renamed already.
void rename_file(const base::FileLocation& from, const base::FileLocation& to) {
  if (::renameat(from.folder, from.name.c_str(), to.folder, to.name.c_str()) != 0 &&
      errno != ENOENT) {
    throw IoError("cannot replace", to.path, errno);
  }
}

}  // namespace

base::FileLocation location_in(const base::Descriptor& folder, const std::filesystem::path& path,
                               std::string_view file) {
  return base::follow_links({folder.number(), file, path / file});
}

base::FileLocation temporary_location(const base::FileLocation& location,
                                      const std::string& temporary) {
  return {location.folder, location.name.parent_path() / temporary,
          location.path.parent_path() / temporary};
}

SaveRecord SaveRecord::parse(std::string_view json, const std::string& file) {
  const base::Json parsed = base::parse_json(json, file);
  SaveRecord record;
  for (const base::JsonAt& at : base::JsonAt(parsed, file).at("steps").elements()) {
    Step step{at.at("file").string(), at.string_or("from", "")};
    if (!is_model_file(step.file)) at.fail("\"" + step.file + "\" is not a model file");
    // Any temporary name will do: if the file is a link, the name derives from its target's.
    if (!step.temporary.empty() && !base::is_temporary_name(step.temporary)) {
      at.fail("\"" + step.temporary + "\" is not a temporary file");
    }
    record.steps.push_back(std::move(step));
  }
  return record;
}

std::string SaveRecord::dump() const {
  base::Json::Array list;
  for (const Step& step : steps) {
    base::Json::Object object{{"file", step.file}};
    if (!step.temporary.empty()) object.emplace_back("from", step.temporary);
    list.emplace_back(std::move(object));
  }
  return base::Json(base::Json::Object{{"steps", std::move(list)}}).dump() + "\n";
}

const SaveRecord::Step* SaveRecord::find(std::string_view file) const noexcept {
  const auto found = std::ranges::find(steps, file, &Step::file);
  return found == steps.end() ? nullptr : &*found;
}

void SaveRecord::apply(const base::Descriptor& folder, const std::filesystem::path& path) const {
  std::vector<base::FileLocation> changed;
  for (const Step& step : steps) {
    const base::FileLocation entry{folder.number(), step.file, path / step.file};
    if (step.temporary.empty()) {
      remove_file(folder, entry);
      changed.push_back(entry);
    } else {
      const base::FileLocation location = base::follow_links(entry);
      rename_file(temporary_location(location, step.temporary), location);
      changed.push_back(location);
    }
  }
  std::ranges::sort(changed, {}, [](const auto& location) { return location.name.parent_path(); });
  for (std::size_t i = 0; i < changed.size(); ++i) {
    const bool first = i == 0 || changed[i].name.parent_path() != changed[i - 1].name.parent_path();
    if (first) base::sync_folder_of(changed[i]);
  }
  const base::FileLocation record{folder.number(), kName, path / kName};
  remove_file(folder, record);
  base::sync_folder_of(record);
}

}  // namespace m2v::model
