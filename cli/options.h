#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "m2v/distill.h"
#include "m2v/hub.h"
#include "m2v/io.h"
#include "m2v/static_model.h"

namespace m2v::cli {

/// A MODEL: a folder or a hub id, and where and how the latter is looked up.
struct ModelArgument {
  std::string name;
  hub::HubOptions hub;

  bool is_folder() const;
};

/// The folder that a MODEL names. A path that exists wins; for the id of a model on the Hugging
/// Face Hub it is in the cache, after a download if need be. Throws m2v::Error if there is neither.
std::filesystem::path model_folder(const ModelArgument& model);
/// A teacher under its whole name: what Sentence Transformers takes "all-MiniLM-L6-v2" for, said on
/// standard error. Folders stay as they are.
ModelArgument sentence_transformer(ModelArgument teacher);
/// The same as model_folder(), or the compiled model that a MODEL names.
std::filesystem::path model_path(const ModelArgument& model);

/// Loads a model and prints what the library warns of.
StaticModel load_model(const std::filesystem::path& path);

/// "N|none" as a maximum length. Throws std::invalid_argument, naming the option.
std::size_t parse_max_length(const std::string& argument);
/// A count as a whole argument. Throws std::invalid_argument, naming `option`.
std::size_t parse_count(const std::string& option, const std::string& argument);
/// A number as a whole argument. Throws std::invalid_argument, naming `option`.
double parse_real(const std::string& option, const std::string& argument);

/// "table" or "row".
Int8Scale parse_int8_scale(const std::string& argument);

/// The options that several commands share.
void add_model_option(CLI::App& command, ModelArgument& model);
/// Those that say how a hub id is looked up.
void add_hub_options(CLI::App& command, ModelArgument& model);
void add_token_option(CLI::App& command, std::optional<std::string>& token);
/// --force, of the commands that save a model's folder.
void add_force_option(CLI::App& command, bool& force);
void add_threads_option(CLI::App& command, unsigned& threads);
void add_quantization_options(CLI::App& command, std::string& int8_scale,
                              std::size_t& vocabulary_quantization);
/// Whether what is only warned of is an error.
void add_strict_option(CLI::App& command, bool& strict);

/// Whether an OUT is a file, and not standard output.
inline bool is_file(const std::string& output) { return !output.empty() && output != "-"; }

/// How many texts there will be, going by how much of the input those so far took.
std::size_t estimate_total(const TextStream& texts, std::size_t done);

/// Sizes of files below a folder (or of a file), in bytes; what cannot be read counts nothing.
std::size_t size_on_disk(const std::filesystem::path& path);

}  // namespace m2v::cli
