#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iterator>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "cli/commands.h"
#include "cli/generate.h"
#include "cli/help_formatter.h"
#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "cli/usage.h"
#include "cli/validators.h"
#include "m2v/error.h"
#include "m2v/version.h"

namespace m2v::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr int kInterrupted = 130;

constexpr char kMainHelp[] = R"(Examples:
  m2v distill all-MiniLM-L6-v2 -o my-model
  m2v encode -m my-model texts.txt -o vectors.npy
  m2v search -m my-model --documents texts.txt "a question"
  m2v encode -m minishlab/potion-base-8M texts.txt -o vectors.npy

A MODEL is a folder, a compiled file (.m2v), or the id of a model on the Hugging
Face Hub.
'm2v COMMAND --help' explains a command.)";

int complain(const std::string& problem, int code) {
  const std::string line = "m2v: " + printable(problem) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
  return code;
}

void print(const std::string& text) {
  Output output;
  output << text;
  output.flush();
}

std::string version_line() {
  return "m2v " + std::string(version()) + " (" + std::string(simd_target()) + ")\n";
}

/// Makes glibc keep large freed blocks for later allocations. By default it returns them to the
/// operating system and requests new ones, which takes a third of the time of loading a folder.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 16 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
}

/// Parses the arguments, which runs the command that they name, and returns the exit code.
/// `generated` is the value of --generate once they are parsed.
int run(CLI::App& app, const std::string& generated, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    if (!generated.empty()) print(generate(app, generated));
    if (!generated.empty() || !app.get_subcommands().empty()) return 0;
    std::fputs(app.help().c_str(), stderr);
    return kWrongUsage;
  } catch (const CLI::CallForHelp&) {
    print(app.help());
    return 0;
  } catch (const CLI::CallForVersion&) {
    print(version_line());
    return 0;
  } catch (const CLI::ParseError& error) {
    return complain(explain_usage(app, error), kWrongUsage);
  }
}

/// Copies the arguments, and overwrites the value of --token in `argv`, where other users of the
/// machine could read it in the list of processes.
std::vector<std::string> take_arguments(int argc, char** argv) {
  constexpr std::string_view kOption = "--token";
  std::vector<std::string> arguments(argv, argv + argc);
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = arguments[static_cast<std::size_t>(i)];
    const bool joined = argument.starts_with(kOption) && argument.substr(kOption.size(), 1) == "=";
    if (joined)
      std::memset(argv[i] + kOption.size() + 1, 'x', argument.size() - kOption.size() - 1);
    if (argument == kOption && i + 1 < argc)
      std::memset(argv[i + 1], 'x', std::strlen(argv[i + 1]));
  }
  return arguments;
}

int guarded_main(int argc, char** argv) {
  try {
    keep_freed_memory();
    handle_signals();
    const std::vector<std::string> taken = take_arguments(argc, argv);
    std::vector<const char*> arguments;
    arguments.reserve(taken.size());
    for (const std::string& argument : taken) arguments.push_back(argument.c_str());
    reserve_standard_descriptors();
    std::ignore =
        simd_target();  // throws if M2V_SIMD names a target that the machine does not support
    CLI::App app("Static text embeddings on CPUs: distil a Sentence Transformer, embed, search.",
                 "m2v");
    app.set_version_flag("--version", "", "Print the version and the instruction set in use");
    app.formatter(std::make_shared<HelpFormatter>());
    app.footer(kMainHelp);
    std::string generated;
    app.add_option("--generate", generated,
                   "Print a manual page or a completion script: man, complete-bash, complete-zsh "
                   "or complete-fish")
        ->check(one_of({std::begin(kGenerated), std::end(kGenerated)}))
        ->type_name("KIND");
    add_distill(app);
    add_encode(app);
    add_tokenize(app);
    add_search(app);
    add_fit(app);
    add_predict(app);
    add_evaluate(app);
    add_info(app);
    add_convert(app);
    add_verify(app);
    add_evaluate_sts(app);
    add_evaluate_retrieval(app);
    add_bench(app);
    add_pull(app);
    add_push(app);
    for (CLI::App* command : app.get_subcommands(nullptr)) {
      command->add_flag_callback("-q,--quiet", be_quiet,
                                 "Print warnings only, no progress and no notes");
    }
    return run(app, generated, argc, arguments.data());
  } catch (const Cancelled&) {
    return complain("interrupted", kInterrupted);
  } catch (const Interrupted& saved) {
    return complain(saved.what(), kInterrupted);
  } catch (const IoError& error) {
    if (error.error_number() == EPIPE) {
      die_of_broken_pipe();
      return kFailed;
    }
    return complain(error.what(), kFailed);
  } catch (const std::invalid_argument& error) {
    return complain(error.what(), kWrongUsage);
  } catch (const std::bad_alloc&) {
    return complain("out of memory", kFailed);
  } catch (const std::exception& error) {
    return complain(error.what(), kFailed);
  }
}

}  // namespace
}  // namespace m2v::cli

int main(int argc, char** argv) { return m2v::cli::guarded_main(argc, argv); }
