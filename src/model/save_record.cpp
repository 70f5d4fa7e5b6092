#include "store/save_record.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "core/json.h"
#include "core/temporary_file.h"
#include "m2v/error.h"
#include "store/model_names.h"

namespace m2v::store {
namespace {

void remove_file(const core::Descriptor& folder, const core::FilePlace& place) {
  if (::unlinkat(folder.number(), place.name.c_str(), 0) != 0 && errno != ENOENT) {
    throw IoError("cannot remove", place.path, errno);
  }
}

/// Renamed already, if it is not there.
void rename_file(const core::FilePlace& from, const core::FilePlace& to) {
  if (::renameat(from.folder, from.name.c_str(), to.folder, to.name.c_str()) != 0 &&
      errno != ENOENT) {
    throw IoError("cannot replace", to.path, errno);
  }
}

}  // namespace

core::FilePlace place_in(const core::Descriptor& folder, const std::filesystem::path& path,
                         std::string_view file) {
  return core::follow_links({folder.number(), file, path / file});
}

core::FilePlace temporary_of(const core::FilePlace& place, const std::string& temporary) {
  return {place.folder, place.name.parent_path() / temporary, place.path.parent_path() / temporary};
}

SaveRecord SaveRecord::parse(std::string_view json, const std::string& file) {
  const core::Json parsed = core::parse_json(json, file);
  SaveRecord record;
  for (const core::JsonAt& at : core::JsonAt(parsed, file).at("steps").elements()) {
    Step step{at.at("file").string(), at.string_or("from", "")};
    if (!is_model_file(step.file)) at.fail("\"" + step.file + "\" is no file of a model");
    // Of the file itself or, if that is a link, of the one that it leads to.
    if (!step.temporary.empty() && !core::is_temporary_name(step.temporary)) {
      at.fail("\"" + step.temporary + "\" is no temporary file");
    }
    record.steps.push_back(std::move(step));
  }
  return record;
}

std::string SaveRecord::dump() const {
  core::Json::Array list;
  for (const Step& step : steps) {
    core::Json::Object object{{"file", step.file}};
    if (!step.temporary.empty()) object.emplace_back("from", step.temporary);
    list.emplace_back(std::move(object));
  }
  return core::Json(core::Json::Object{{"steps", std::move(list)}}).dump() + "\n";
}

const SaveRecord::Step* SaveRecord::find(std::string_view file) const noexcept {
  const auto found = std::ranges::find(steps, file, &Step::file);
  return found == steps.end() ? nullptr : &*found;
}

void SaveRecord::apply(const core::Descriptor& folder, const std::filesystem::path& path) const {
  std::vector<core::FilePlace> changed;
  for (const Step& step : steps) {
    const core::FilePlace entry{folder.number(), step.file, path / step.file};
    if (step.temporary.empty()) {
      remove_file(folder, entry);
      changed.push_back(entry);
    } else {
      const core::FilePlace place = core::follow_links(entry);
      rename_file(temporary_of(place, step.temporary), place);
      changed.push_back(place);
    }
  }
  std::ranges::sort(changed, {}, [](const auto& place) { return place.name.parent_path(); });
  for (std::size_t i = 0; i < changed.size(); ++i) {
    const bool first = i == 0 || changed[i].name.parent_path() != changed[i - 1].name.parent_path();
    if (first) core::sync_folder_of(changed[i]);
  }
  const core::FilePlace record{folder.number(), kName, path / kName};
  remove_file(folder, record);
  core::sync_folder_of(record);
}

}  // namespace m2v::store
