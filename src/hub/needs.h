#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace m2v::hub {

/// Which of a repository's files m2v reads.
struct Needs {
  std::vector<std::string> files;     ///< All are there. Large ones last.
  std::vector<std::string> optional;  ///< Would be read as well, but are not there.
};

/// Where modules.json puts a Sentence Transformer's transformer: "", or "0_Transformer/".
std::string transformer_folder(const core::Json* modules);

/// The files of a model, given what there is: `has` says whether a path is in the repository,
/// `folder` is where in it the model lies ("" or "a/b/"), `modules` the content of its
/// modules.json, if there is one, and `config` that of the config.json in its transformer_folder().
/// A static model is its three files and the card; anything else with a model_type is taken for a
/// Sentence Transformer: configuration, tokenizer, weights and pooling. No value if it is neither.
std::optional<Needs> find_needs(const std::function<bool(const std::string&)>& has,
                                const std::string& folder, const core::Json* config,
                                const core::Json* modules);

/// What find_needs() would not do without and `has` does not know, by the files' usual names: for a
/// copy that is not complete.
std::vector<std::string> missing_files(const std::function<bool(const std::string&)>& has,
                                       const std::string& folder, const core::Json* config,
                                       const core::Json* modules);

/// One sentence about what is missing in a repository that is no model for m2v. `files` is what it
/// has.
std::string why_no_model(const std::vector<std::string>& files, const std::string& folder);

}  // namespace m2v::hub
