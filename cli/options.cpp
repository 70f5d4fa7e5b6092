#include "cli/options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <system_error>

#include "cli/reporter.h"
#include "m2v/error.h"

namespace m2v::cli {
namespace {

namespace fs = std::filesystem;

/// "org/name", as the Hugging Face Hub writes them.
bool looks_like_hub_id(const std::string& argument) {
  const std::size_t slash = argument.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == argument.size()) return false;
  if (argument.front() == '.' || argument.front() == '~') return false;
  return std::count(argument.begin(), argument.end(), '/') == 1;
}

}  // namespace

fs::path model_folder(const std::string& argument) {
  std::error_code ignored;
  if (fs::is_directory(argument, ignored)) return argument;
  if (fs::exists(argument, ignored)) throw Error(argument + ": not a folder");
  if (looks_like_hub_id(argument)) {
    throw Error(argument +
                ": no such folder; downloading from the hub is not part of this version, so "
                "download the model and pass its folder");
  }
  throw Error(argument + ": no such folder");
}

StaticModel load_model(const fs::path& folder) {
  Reporter reporter;
  return StaticModel::load(folder, {}, reporter.on_event());
}

std::size_t parse_max_length(const std::string& argument) {
  if (argument == "none") return kNoLimit;
  std::size_t value = 0;
  const char* const end = argument.data() + argument.size();
  const auto parsed = std::from_chars(argument.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end || argument.empty()) {
    throw std::invalid_argument("--max-length: '" + argument +
                                "' is neither a number of tokens nor none");
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

void add_model_option(CLI::App& command, std::string& model) {
  command.add_option("-m,--model", model, "Folder of a static model")
      ->required()
      ->type_name("MODEL");
}

void add_threads_option(CLI::App& command, unsigned& threads) {
  command.add_option("--threads", threads, "Threads to work on (default: all that there are)")
      ->check(CLI::Range(1u, 1024u).description(""))
      ->type_name("N");
}

void add_text_argument(CLI::App& command, std::string& input) {
  command
      .add_option("FILE", input,
                  "Texts: .jsonl (field \"text\"), .tsv (last column), otherwise one a line; "
                  "- (the default) reads lines from standard input")
      ->type_name("");
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
