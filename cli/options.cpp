#include "cli/options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <system_error>

#include "cli/hub_library.h"
#include "cli/reporter.h"
#include "cli/validators.h"
#include "m2v/error.h"

namespace m2v::cli {
namespace {

namespace fs = std::filesystem;

}  // namespace

bool ModelArgument::is_folder() const {
  std::error_code ignored;
  return fs::is_directory(name, ignored);
}

fs::path model_folder(const ModelArgument& model) {
  std::error_code ignored;
  if (model.is_folder()) {
    return model.hub.subfolder.empty() ? fs::path(model.name)
                                       : fs::path(model.name) / model.hub.subfolder;
  }
  if (fs::exists(model.name, ignored)) throw Error(model.name + ": not a folder");
  if (model.name.empty() || hub::is_path_like(model.name)) {
    throw Error(model.name + ": no such folder or file");
  }
  Reporter reporter;
  const InterruptGuard guard;
  try {
    return pull_through_library(model.name, model.hub, reporter.on_event());
  } catch (const HubError& problem) {
    throw Error(model.name + ": no such folder; on the hub: " + std::string(problem.what()));
  }
}

ModelArgument sentence_transformer(ModelArgument teacher) {
  std::error_code ignored;
  if (teacher.name.empty() || fs::exists(teacher.name, ignored) ||
      hub::is_path_like(teacher.name)) {
    return teacher;
  }
  const std::string id = sentence_transformer_id_through_library(teacher.name);
  if (id != teacher.name) {
    Reporter().warn(teacher.name + ": no such folder; using " + id + " from the hub");
  }
  teacher.name = id;
  return teacher;
}

fs::path model_path(const ModelArgument& model) {
  std::error_code ignored;
  if (fs::is_regular_file(model.name, ignored)) {
    if (model.hub.subfolder.empty()) return model.name;
    throw std::invalid_argument("--subfolder: " + model.name + " is a file");
  }
  return model_folder(model);
}

StaticModel load_model(const fs::path& path) {
  Reporter reporter;
  return StaticModel::load(path, {}, reporter.on_event());
}

std::size_t parse_max_length(const std::string& argument) {
  return argument == "none" ? kNoLimit : parse_count("--max-length", argument);
}

std::size_t parse_count(const std::string& option, const std::string& argument) {
  std::size_t value = 0;
  const char* const end = argument.data() + argument.size();
  const auto parsed = std::from_chars(argument.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end || argument.empty()) {
    throw std::invalid_argument(option + ": '" + argument + "' is neither a number nor none");
  }
  return value;
}

double parse_real(const std::string& option, const std::string& argument) {
  double value = 0;
  const char* const end = argument.data() + argument.size();
  const auto parsed = std::from_chars(argument.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(value)) {
    throw std::invalid_argument(option + ": '" + argument + "' is not a number");
  }
  return value;
}

void add_model_option(CLI::App& command, ModelArgument& model) {
  command
      .add_option("-m,--model", model.name,
                  "A static model: folder, compiled file (.m2v) or hub id (ORG/NAME)")
      ->required()
      ->type_name("MODEL");
  add_hub_options(command, model);
}

void add_hub_options(CLI::App& command, ModelArgument& model) {
  constexpr char kGroup[] = "Hugging Face Hub";
  command
      .add_option("--revision", model.hub.revision,
                  "Branch, tag or commit of a hub id (default: main)")
      ->type_name("NAME")
      ->group(kGroup);
  command
      .add_option("--subfolder", model.hub.subfolder,
                  "Folder of the repository, or of the folder, that holds the model")
      ->type_name("PATH")
      ->group(kGroup);
  add_token_option(command, model.hub.token);
  command
      .add_flag("--offline", model.hub.offline, "Use cached files only (also: HF_HUB_OFFLINE=1)")
      ->group(kGroup);
  command
      .add_flag("--force-download", model.hub.force_download,
                "Download files even if they are in the cache")
      ->group(kGroup);
}

void add_token_option(CLI::App& command, std::optional<std::string>& token) {
  command
      .add_option("--token", token,
                  "Access token for private and gated repositories (better: HF_TOKEN, or "
                  "the file that hf auth login writes)")
      ->type_name("TOKEN")
      ->group("Hugging Face Hub");
}

void add_force_option(CLI::App& command, bool& force) {
  command.add_flag("--force", force,
                   "Save even to a folder with other content than a static model; files with the "
                   "names of the model's files are replaced, others are kept");
}

void add_threads_option(CLI::App& command, unsigned& threads) {
  command.add_option("--threads", threads, "Number of threads (default: one per processor)")
      ->check(whole_number(1, 1024))
      ->type_name("N");
}

Int8Scale parse_int8_scale(const std::string& argument) {
  return argument == "row" ? Int8Scale::kRow : Int8Scale::kTable;
}

void add_quantization_options(CLI::App& command, std::string& int8_scale,
                              std::size_t& vocabulary_quantization) {
  command
      .add_option("--int8-scale", int8_scale,
                  "Scale of int8 values: table (one for all, not stored, as in model2vec) or row "
                  "(one per row, stored; more exact, but readable by m2v only) (default: table)")
      ->check(one_of({"table", "row"}))
      ->type_name("WHICH");
  command
      .add_option("--vocabulary-quantization", vocabulary_quantization,
                  "Let all tokens share N rows, found by k-means (default: one row per token)")
      ->check(whole_number(1))
      ->type_name("N");
}

void add_strict_option(CLI::App& command, bool& strict) {
  command.add_flag("--strict", strict, "Treat likely mistakes in the data as errors");
}

std::size_t estimate_total(const TextStream& texts, std::size_t done) {
  if (texts.total_bytes() == 0 || texts.bytes_read() == 0) return 0;
  const double share =
      static_cast<double>(texts.bytes_read()) / static_cast<double>(texts.total_bytes());
  return std::max(done, static_cast<std::size_t>(static_cast<double>(done) / share));
}

std::size_t size_on_disk(const fs::path& path) {
  std::error_code problem;
  if (!fs::is_directory(path, problem)) {
    const std::uintmax_t size = fs::file_size(path, problem);
    return problem ? 0 : static_cast<std::size_t>(size);
  }
  std::size_t total = 0;
  for (fs::recursive_directory_iterator it(path, problem), end; !problem && it != end;
       it.increment(problem)) {
    std::error_code ignored;
    if (!it->is_regular_file(ignored)) continue;
    const std::uintmax_t size = it->file_size(ignored);
    if (!ignored) total += static_cast<std::size_t>(size);
  }
  return total;
}

}  // namespace m2v::cli
