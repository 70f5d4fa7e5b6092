#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace m2v::hub {

/// The files of a repository that m2v reads; paths relative to the repository's root.
struct RequiredFiles {
  /// Files to download; all exist. Large ones come last.
  std::vector<std::string> files;
  /// Files that would be read as well, but do not exist.
  std::vector<std::string> optional;
};

/// Returns the folder of a Sentence Transformer's transformer as modules.json names it, for example
/// "" or "0_Transformer/". `modules` is the content of modules.json, or null.
std::string transformer_folder(const base::Json* modules);

/// Returns the files of a model. `has` returns whether a path exists in the repository. `folder` is
/// the model's location in it ("" or "a/b/"). `modules` is the content of the model's modules.json,
/// and `config` that of the config.json in its transformer_folder(); both may be null. A static
/// model has three files and the model card, and possibly a head; any other model with a model_type
/// is treated as a Sentence Transformer: configuration, tokenizer, weights and pooling. Returns no
/// value if it is neither.
std::optional<RequiredFiles> find_required_files(const std::function<bool(const std::string&)>& has,
                                                 const std::string& folder,
                                                 const base::Json* config,
                                                 const base::Json* modules);

/// Returns the files that find_required_files() requires and `has` does not find, by their usual
/// names. Describes an incomplete copy.
std::vector<std::string> missing_files(const std::function<bool(const std::string&)>& has,
                                       const std::string& folder, const base::Json* config,
                                       const base::Json* modules);

/// Returns one sentence that explains why a repository is not a model that m2v can read. `files`
/// are the paths of all files in it.
std::string describe_missing_model(const std::vector<std::string>& files,
                                   const std::string& folder);

}  // namespace m2v::hub
