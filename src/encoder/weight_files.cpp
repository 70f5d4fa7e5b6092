#include "encoder/weight_files.h"

#include <set>

#include "base/json.h"
#include "encoder/torch_file.h"
#include "m2v/error.h"

namespace m2v::encoder {
namespace {

namespace fs = std::filesystem;

}  // namespace

WeightFiles WeightFiles::open(const fs::path& folder) {
  WeightFiles result;
  const char* const kFirst = "model.safetensors";
  for (const char* name : {kFirst, "pytorch_model.bin"}) {
    const fs::path file = folder / name, index = folder / (std::string(name) + ".index.json");
    if (fs::exists(file)) {
      result.path_ = file.string();
      result.add(file);
      return result;
    }
    if (fs::exists(index)) {
      result.path_ = index.string();
      result.add_all_of_index(index);
      return result;
    }
  }
  result.add(folder / kFirst);  // throws the error that this file is missing
  return result;
}

const WeightFiles::Entry* WeightFiles::find(const std::string& name) const noexcept {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

void WeightFiles::add(const fs::path& path) {
  const auto text = std::make_shared<const std::string>(path.string());
  const auto file = std::make_shared<const base::MappedFile>(base::MappedFile::open(path));
  auto tensors = path.extension() == ".bin" ? parse_torch_file(file->bytes(), *text)
                                            : formats::parse_safetensors(file->bytes(), *text);
  for (formats::TensorView& tensor : tensors) {
    const std::string name = tensor.name;
    if (!entries_.emplace(name, Entry{std::move(tensor), file, text}).second) {
      throw FormatError(*text, "tensor \"" + name.substr(0, 100) + "\"",
                        "occurs more than once in the model's files");
    }
  }
}

void WeightFiles::add_all_of_index(const fs::path& path) {
  const std::string text = path.string();
  const base::Json json = base::read_json(text);
  const base::JsonAt map = base::JsonAt(json, text).at("weight_map");
  std::set<std::string> files;
  for (const auto& [name, value] : map.object()) {
    const base::JsonAt entry = map.at(name);
    const fs::path file = entry.string();
    if (file.empty() || file != file.filename() || file == "..") {
      entry.fail("must name a file in the folder of the index");
    }
    files.insert(file.string());
  }
  for (const std::string& file : files) add(path.parent_path() / file);
  for (const auto& [name, value] : map.object()) {
    const Entry* entry = find(name);
    if (entry == nullptr) map.at(name).fail("the file does not have this tensor");
    if (fs::path(*entry->path).filename() != map.at(name).string()) {
      map.at(name).fail("the tensor is in another file");
    }
  }
}

}  // namespace m2v::encoder
