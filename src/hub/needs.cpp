#include "hub/needs.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "hub/names.h"
#include "hub/shown.h"

namespace m2v::hub {
namespace {

using Has = std::function<bool(const std::string&)>;

struct Layout {
  std::string_view config;
  std::string_view tokenizer;
  std::string_view tensors;
};

/// The layouts of a static model, in the order in which model/model_folder.cpp tries them.
constexpr std::array<Layout, 3> kStaticLayouts = {{
    {"config.json", "tokenizer.json", "model.safetensors"},
    {"config_sentence_transformers.json", "tokenizer.json", "model.safetensors"},
    {"config_sentence_transformers.json", "0_StaticEmbedding/tokenizer.json",
     "0_StaticEmbedding/model.safetensors"},
}};

/// The head of a fine-tuned model: the first of these that exists. The second is model2vec's older
/// format.
constexpr std::array<std::string_view, 2> kHeads = {"head.safetensors", "pipeline.skops"};

/// The files of a tokenizer: the first row that exists completely.
constexpr std::array<std::array<std::string_view, 2>, 7> kTokenizers = {{
    {"tokenizer.json", ""},
    {"vocab.txt", ""},
    {"vocab.json", "merges.txt"},
    {"sentencepiece.bpe.model", ""},
    {"spiece.model", ""},
    {"spm.model", ""},
    {"tokenizer.model", ""},
}};

/// A teacher's settings in the model's own folder, and those in its transformer's folder.
constexpr std::array<std::string_view, 3> kTeacherSettings = {
    "modules.json", "config_sentence_transformers.json", "README.md"};
constexpr std::array<std::string_view, 2> kTransformerSettings = {"tokenizer_config.json",
                                                                  "special_tokens_map.json"};

/// A teacher's weights: the first of these that exists, as one file or as an index and its shards.
struct Weights {
  std::string_view stem, suffix;
};
constexpr std::array<Weights, 2> kWeights = {
    {{"model", ".safetensors"}, {"pytorch_model", ".bin"}}};
constexpr unsigned kMaxShards = 999;

class Collector {
 public:
  Collector(const Has& has, const std::string& folder) : has_(has), folder_(folder) {}

  bool is_there(std::string_view name) const { return has_(folder_ + std::string(name)); }
  void need(std::string_view name) { needs_.files.push_back(folder_ + std::string(name)); }
  void want(std::string_view name) {
    (is_there(name) ? needs_.files : needs_.optional).push_back(folder_ + std::string(name));
  }
  RequiredFiles take() { return std::move(needs_); }

 private:
  const Has& has_;
  const std::string& folder_;
  RequiredFiles needs_;
};

/// Returns the model_type of a configuration; empty if there is none.
std::string model_type(const base::Json* config) {
  const base::Json* type = config == nullptr ? nullptr : config->find("model_type");
  return type != nullptr && type->is_string() ? type->string() : "";
}

std::optional<RequiredFiles> static_model(Collector found, const Layout& layout) {
  for (const std::string_view name : {layout.config, layout.tokenizer, layout.tensors}) {
    if (!found.is_there(name)) return std::nullopt;
  }
  found.need(layout.config);
  found.want("README.md");
  // It determines whether vectors are normalized.
  if (layout.config != "config.json") found.want("modules.json");
  found.need(layout.tokenizer);
  const auto is_there = [&](std::string_view name) { return found.is_there(name); };
  if (const auto head = std::ranges::find_if(kHeads, is_there); head != kHeads.end()) {
    found.need(*head);
  }
  found.need(layout.tensors);
  return found.take();
}

/// Returns the folder of a module, "" or "a/", from modules.json; no value if it names none.
std::optional<std::string> module_folder(const base::Json* modules, std::string_view kind) {
  if (modules == nullptr || !modules->is_array()) return std::nullopt;
  for (const base::Json& module : modules->array()) {
    const base::Json* type = module.find("type");
    const base::Json* path = module.find("path");
    if (type == nullptr || !type->is_string() || !type->string().ends_with(kind)) continue;
    if (path == nullptr || !path->is_string()) continue;
    if (path->string().empty()) return "";
    if (is_safe_path(path->string())) return path->string() + "/";
  }
  return std::nullopt;
}

/// Returns a name such as model-00002-of-00005.safetensors.
std::string shard_name(const Weights& weights, unsigned number, unsigned count) {
  char numbers[24];
  std::snprintf(numbers, sizeof(numbers), "-%05u-of-%05u", number, count);
  return std::string(weights.stem) + numbers + std::string(weights.suffix);
}

/// Returns the files of the weights; empty if there are none, or if some are missing.
std::vector<std::string> find_weights(const Collector& found, const std::string& folder) {
  for (const Weights& weights : kWeights) {
    const std::string whole = folder + std::string(weights.stem) + std::string(weights.suffix);
    if (found.is_there(whole)) return {whole};
    if (!found.is_there(whole + ".index.json")) continue;
    for (unsigned count = 1; count <= kMaxShards; ++count) {
      if (!found.is_there(folder + shard_name(weights, 1, count))) continue;
      std::vector<std::string> files{whole + ".index.json"};
      for (unsigned i = 1; i <= count; ++i) files.push_back(folder + shard_name(weights, i, count));
      const bool complete =
          std::ranges::all_of(files, [&](const std::string& file) { return found.is_there(file); });
      if (complete) return files;
    }
  }
  return {};
}

/// Returns the missing files of the weights: shards if some of them exist, otherwise the whole
/// file.
std::vector<std::string> missing_weights(const Collector& found, const std::string& folder) {
  for (const Weights& weights : kWeights) {
    for (unsigned count = 1; count <= kMaxShards; ++count) {
      std::vector<std::string> missing;
      for (unsigned i = 1; i <= count; ++i) {
        const std::string name = folder + shard_name(weights, i, count);
        if (!found.is_there(name)) missing.push_back(name);
      }
      if (missing.size() == count) continue;
      const std::string index =
          folder + std::string(weights.stem) + std::string(weights.suffix) + ".index.json";
      if (!found.is_there(index)) missing.insert(missing.begin(), index);
      return missing;
    }
  }
  return {folder + "model.safetensors"};
}

std::vector<std::string> missing_of_teacher(const Collector& found, const base::Json* modules) {
  const std::string folder = transformer_folder(modules);
  const auto is_there = [&](std::string_view name) {
    return name.empty() || found.is_there(folder + std::string(name));
  };
  std::vector<std::string> missing;
  if (!is_there("config.json")) missing.push_back(folder + "config.json");
  const bool has_tokenizer = std::ranges::any_of(
      kTokenizers, [&](const auto& files) { return std::ranges::all_of(files, is_there); });
  if (!has_tokenizer) missing.push_back(folder + "tokenizer.json");
  if (find_weights(found, folder).empty()) {
    const std::vector<std::string> weights = missing_weights(found, folder);
    missing.insert(missing.end(), weights.begin(), weights.end());
  }
  return missing;
}

/// Returns the missing files of the layout that lacks the fewest.
std::vector<std::string> missing_of_static_model(const Collector& found) {
  std::vector<std::string> fewest(kStaticLayouts.size() + 1);
  for (const Layout& layout : kStaticLayouts) {
    std::vector<std::string> missing;
    for (const std::string_view name : {layout.config, layout.tokenizer, layout.tensors}) {
      if (!found.is_there(name)) missing.emplace_back(name);
    }
    if (missing.size() < fewest.size()) fewest = std::move(missing);
  }
  return fewest;
}

std::optional<RequiredFiles> teacher(Collector found, const base::Json* modules) {
  const std::string folder = transformer_folder(modules);
  const auto is_there = [&](std::string_view name) {
    return found.is_there(folder + std::string(name));
  };
  const std::vector<std::string> weights = find_weights(found, folder);
  if (!is_there("config.json") || weights.empty()) return std::nullopt;
  const auto tokenizer = std::ranges::find_if(kTokenizers, [&](const auto& files) {
    return std::ranges::all_of(
        files, [&](std::string_view name) { return name.empty() || is_there(name); });
  });
  if (tokenizer == kTokenizers.end()) return std::nullopt;
  found.need(folder + "config.json");
  for (const std::string_view name : kTransformerSettings) found.want(folder + std::string(name));
  for (const std::string_view name : kTeacherSettings) found.want(name);
  found.want(module_folder(modules, "Pooling").value_or("1_Pooling/") + "config.json");
  for (const std::string_view name : *tokenizer) {
    if (!name.empty()) found.need(folder + std::string(name));
  }
  for (const std::string& file : weights) found.need(file);
  return found.take();
}

}  // namespace

std::string transformer_folder(const base::Json* modules) {
  return module_folder(modules, ".Transformer").value_or("");
}

std::optional<RequiredFiles> find_required_files(const Has& has, const std::string& folder,
                                                 const base::Json* config,
                                                 const base::Json* modules) {
  const Collector found(has, folder);
  const std::string type = model_type(config);
  if (!type.empty() && type != "model2vec") return teacher(found, modules);
  for (const Layout& layout : kStaticLayouts) {
    if (auto needs = static_model(found, layout)) return needs;
  }
  return std::nullopt;
}

std::vector<std::string> missing_files(const Has& has, const std::string& folder,
                                       const base::Json* config, const base::Json* modules) {
  const Collector found(has, folder);
  const std::string type = model_type(config);
  std::vector<std::string> missing = !type.empty() && type != "model2vec"
                                         ? missing_of_teacher(found, modules)
                                         : missing_of_static_model(found);
  for (std::string& name : missing) name.insert(0, folder);
  return missing;
}

std::string describe_missing_model(const std::vector<std::string>& files,
                                   const std::string& folder) {
  std::string text =
      "not a model that m2v reads: it needs config.json, tokenizer.json (or a vocabulary) and "
      "model.safetensors (a teacher: or its shards, or pytorch_model.bin)";
  if (!folder.empty()) text += " in " + folder.substr(0, folder.size() - 1);
  constexpr std::size_t kListed = 12;
  constexpr std::size_t kMaxName = 100;
  std::string names;
  std::size_t listed = 0;
  std::size_t inside = 0;
  bool other_weights = false;
  for (const std::string& file : files) {
    if (!file.starts_with(folder)) continue;
    ++inside;
    other_weights = other_weights || file.ends_with(".onnx") || file.ends_with(".h5") ||
                    file.ends_with(".gguf") || file.ends_with(".msgpack");
    if (listed < kListed && file != ".gitattributes") {
      names += (listed++ == 0 ? "" : ", ") + sanitized(file.substr(folder.size()), kMaxName);
    }
  }
  text += inside == 0 ? "; there are no files" : ", and has " + names;
  if (inside > listed + 1) text += ", ...";
  if (other_weights) {
    text += "; weights in other formats are not read";
  }
  if (folder.empty()) {
    const auto nested = std::ranges::find_if(
        files, [](const std::string& file) { return file.ends_with("/config.json"); });
    const bool usual = nested != files.end() && nested->find("_Pooling/") != std::string::npos;
    if (nested != files.end() && !usual) {
      text += "; is --subfolder " + sanitized(nested->substr(0, nested->rfind('/'))) + " meant?";
    }
  }
  return text;
}

}  // namespace m2v::hub
