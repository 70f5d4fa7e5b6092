#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "m2v/distill.h"
#include "m2v/hub.h"
#include "m2v/static_model.h"
#include "m2v/text_file.h"

namespace m2v::cli {

/// A MODEL argument: a path or a hub id, and how a hub id is resolved.
struct ModelArgument {
  std::string name;
  hub::HubOptions hub;

  /// Returns whether the name is that of an existing folder.
  bool is_folder() const;
};

/// Returns the folder that a MODEL names. A path that exists takes precedence. The folder of a
/// model on the Hugging Face Hub is in the cache; missing files are downloaded. Throws m2v::Error
/// if the name is neither a folder nor a model on the hub.
std::filesystem::path model_folder(const ModelArgument& model);
/// Expands a teacher's short name as Sentence Transformers does ("all-MiniLM-L6-v2" becomes
/// "sentence-transformers/all-MiniLM-L6-v2"), and warns on standard error if the name changed.
/// Paths are returned unchanged.
ModelArgument sentence_transformer(ModelArgument teacher);
/// Returns the compiled model that a MODEL names or, if it is not a file, its model_folder().
/// Throws std::invalid_argument if --subfolder is given with a file.
std::filesystem::path model_path(const ModelArgument& model);

/// Loads a model and prints the library's warnings.
StaticModel load_model(const std::filesystem::path& path);

/// Parses the value of --max-length: a number of tokens, or "none" (kNoLimit). Throws
/// std::invalid_argument if it is neither.
std::size_t parse_max_length(const std::string& argument);
/// Parses a non-negative integer. Throws std::invalid_argument, which names `option`, if the
/// argument is anything else.
std::size_t parse_count(const std::string& option, const std::string& argument);
/// Parses a finite number. Throws std::invalid_argument, which names `option`, if the argument is
/// anything else.
double parse_real(const std::string& option, const std::string& argument);

/// Parses "table" or "row".
Int8Scale parse_int8_scale(const std::string& argument);

// The following add options that several commands share.

/// Adds --model and the options of add_hub_options().
void add_model_option(CLI::App& command, ModelArgument& model);
/// Adds the options that control how a hub id is resolved.
void add_hub_options(CLI::App& command, ModelArgument& model);
/// Adds --token, an access token for the hub.
void add_token_option(CLI::App& command, std::optional<std::string>& token);
/// Adds --force, for commands that save a model folder.
void add_force_option(CLI::App& command, bool& force);
/// Adds --threads.
void add_threads_option(CLI::App& command, unsigned& threads);
/// Adds --int8-scale and --vocabulary-quantization.
void add_quantization_options(CLI::App& command, std::string& int8_scale,
                              std::size_t& vocabulary_quantization);
/// Adds --strict, which turns warnings about the data into errors.
void add_strict_option(CLI::App& command, bool& strict);

/// Returns whether an OUT argument names a file rather than standard output.
inline bool is_file(const std::string& output) { return !output.empty() && output != "-"; }

/// Estimates the total number of texts from the fraction of the input's bytes that the first `done`
/// texts took. Returns 0 if the size of the input is unknown.
std::size_t estimate_total(const TextStream& texts, std::size_t done);

/// Returns the size of a file, or the total size of the files below a folder, in bytes. Files that
/// cannot be inspected count as 0.
std::size_t size_on_disk(const std::filesystem::path& path);

}  // namespace m2v::cli
