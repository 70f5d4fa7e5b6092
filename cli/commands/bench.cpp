#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/speed.h"
#include "cli/terminal.h"
#include "cli/text_options.h"
#include "m2v/error.h"
#include "m2v/static_model.h"
#include "m2v/text_file.h"
#include "m2v/version.h"

namespace m2v::cli {
namespace {

constexpr char kBenchHelp[] =
    R"(Encodes all texts of the file, once to warm up and then at least five times,
with the model's own settings; the input and the vectors are in memory. The
results are those of the median pass.

Examples:
  m2v bench -m my-model texts.txt
  m2v bench -m my-model texts.txt --threads 1 --json)";

constexpr double kEnoughSeconds = 1.0;  // for short inputs: more passes make the median more stable

struct BenchArguments {
  ModelArgument model;
  std::string input;
  TextArguments texts;
  unsigned threads = 0;
  bool json = false;
};

double peak_resident_megabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  return static_cast<double>(usage.ru_maxrss) / 1e6;
#else
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
#endif
}

void run_bench(const BenchArguments& arguments) {
  const auto path = model_path(arguments.model);
  std::unique_ptr<StaticModel> model;
  const double load_seconds =
      seconds_of([&] { model = std::make_unique<StaticModel>(load_model(path)); });
  Reporter reporter;
  const TextFile file =
      TextFile::read(arguments.input, text_options(arguments.texts, reporter.on_event()));
  const Texts texts = file.texts();
  if (texts.empty()) throw Error(arguments.input + ": contains no texts to encode");
  const unsigned threads = arguments.threads != 0
                               ? arguments.threads
                               : std::max(1u, std::thread::hardware_concurrency());
  const double seconds = median_pass(*model, texts, threads, kEnoughSeconds);
  const double texts_per_second = static_cast<double>(texts.size()) / seconds;
  const double megabytes_per_second = static_cast<double>(file.bytes()) / 1e6 / seconds;
  Output output;
  if (arguments.json) {
    output << JsonObject()
                  .add("texts_per_second", rounded(texts_per_second))
                  .add("megabytes_per_second", rounded(megabytes_per_second))
                  .add("load_ms", rounded(load_seconds * 1000))
                  .add("peak_rss_mb", rounded(peak_resident_megabytes()))
                  .add("threads", threads)
                  .add("simd", simd_target())
                  .str()
           << "\n";
  } else {
    output << with_separators(static_cast<std::size_t>(texts_per_second)) << " texts/s, "
           << fixed(megabytes_per_second, 1) << " MB/s on " << counted(threads, "thread")
           << " with " << simd_target() << "; loaded in " << fixed(load_seconds * 1000, 1)
           << " ms, peak memory " << fixed(peak_resident_megabytes(), 0) << " MB\n";
  }
  output.flush();
}

}  // namespace

void add_bench(CLI::App& app) {
  const auto arguments = std::make_shared<BenchArguments>();
  CLI::App& command = *app.add_subcommand("bench", "Measure how fast a model encodes texts");
  command.footer(kBenchHelp);
  add_model_option(command, arguments->model);
  add_text_argument(command, arguments->input, arguments->texts);
  command.get_option("FILE")->required();
  add_threads_option(command, arguments->threads);
  command.add_flag("--json", arguments->json, "One JSON object instead of text");
  command.callback([arguments] { run_bench(*arguments); });
}

}  // namespace m2v::cli
