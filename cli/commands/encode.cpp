#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/reporter.h"
#include "cli/terminal.h"
#include "cli/text_options.h"
#include "cli/validators.h"
#include "m2v/static_model.h"
#include "m2v/text_file.h"
#include "m2v/vector_file.h"

namespace m2v::cli {
namespace {

constexpr char kEncodeHelp[] =
    R"(Row i of the output belongs to text i of FILE (see docs/texts.md for the file
formats). The output's format follows its name: .npy (float32), .safetensors,
.f32 (raw) or .jsonl. Without -o, one JSON object ({"vector": [...]}) per text
goes to standard output; -o - streams raw float32 there. Output files appear
only when they are complete.

Examples:
  m2v encode -m my-model texts.txt -o vectors.npy
  echo "to be or not to be" | m2v encode -m my-model
  m2v encode -m my-model reviews.jsonl -o tokens.safetensors --sequence)";

/// Number of texts encoded at a time. It bounds memory and sets how often progress is reported.
constexpr std::size_t kBlock = 16'384;

struct EncodeArguments {
  ModelArgument model;
  std::string input = "-";
  TextArguments texts;
  std::string output;
  std::string max_length;
  bool sequence = false;
  std::optional<bool> normalize;
  unsigned threads = 0;
};

EncodeOptions encode_options(const EncodeArguments& arguments) {
  EncodeOptions options;
  options.normalize = arguments.normalize;
  if (!arguments.max_length.empty()) options.max_length = parse_max_length(arguments.max_length);
  options.threads = arguments.threads;
  return options;
}

void write_vectors(const StaticModel& model, const EncodeArguments& arguments) {
  const EncodeOptions options = encode_options(arguments);
  Reporter reporter;
  const InterruptGuard guard;
  TextStream stream =
      TextStream::open(arguments.input, text_options(arguments.texts, reporter.on_event()));
  VectorWriter writer = VectorWriter::open(arguments.output, model.dim());
  std::vector<float> vectors;
  std::size_t done = 0;
  for (Texts texts = stream.next(); !texts.empty(); texts = stream.next()) {
    vectors.resize(texts.size() * model.dim());
    model.encode(texts, vectors, options);
    throw_if_interrupted();
    writer.write(MatrixView(vectors.data(), texts.size(), model.dim()));
    done += texts.size();
    reporter.progress("encoding", done, estimate_total(stream, done));
  }
  throw_if_interrupted();
  writer.finish();
  if (is_file(arguments.output)) {
    reporter.note(arguments.output + ": " + counted(done, "vector") + " of " +
                  counted(model.dim(), "value"));
  }
}

/// Computes one matrix of token vectors per text, in parallel. The library parallelizes over the
/// texts of a call, but encode_as_sequence() takes only one.
void encode_sequences(const StaticModel& model, Texts texts, EncodeOptions options,
                      std::span<Matrix> sequences) {
  const unsigned threads =
      options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  options.threads = 1;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < texts.size(); i = next++) {
      sequences[i] = model.encode_as_sequence(texts[i], options);
    }
  };
  std::vector<std::future<void>> others;  // its destructor waits for all threads if one throws
  for (unsigned i = 1; i < threads; ++i) others.push_back(std::async(std::launch::async, work));
  work();
  for (auto& other : others) other.get();
}

void write_token_vectors(const StaticModel& model, Texts texts, const EncodeArguments& arguments) {
  const EncodeOptions options = encode_options(arguments);
  Reporter reporter;
  const InterruptGuard guard;
  // Standard output gets each block as soon as it is ready. A file is written at the end, because
  // its header contains the total size.
  const bool streaming = arguments.output.empty();
  std::vector<Matrix> sequences(streaming ? 0 : texts.size());
  for (std::size_t begin = 0; begin < texts.size(); begin += kBlock) {
    const Texts block = texts.subspan(begin, std::min(kBlock, texts.size() - begin));
    if (streaming) sequences.assign(block.size(), {});
    const std::size_t first = streaming ? 0 : begin;
    encode_sequences(model, block, options, std::span(sequences).subspan(first, block.size()));
    throw_if_interrupted();
    if (streaming) write_sequences({}, sequences, model.dim());
    reporter.progress("encoding", begin + block.size(), texts.size());
  }
  if (streaming) return;
  write_sequences(arguments.output, sequences, model.dim());
  std::size_t vectors = 0;
  for (const Matrix& sequence : sequences) vectors += sequence.rows;
  if (is_file(arguments.output)) {
    reporter.note(arguments.output + ": " + counted(vectors, "vector") + " of " +
                  counted(model.dim(), "value") + ", of " + counted(texts.size(), "text"));
  }
}

void run_encode(const EncodeArguments& arguments) {
  const StaticModel model = load_model(model_path(arguments.model));
  if (arguments.sequence) {
    Reporter reporter;
    const TextFile file =
        TextFile::read(arguments.input, text_options(arguments.texts, reporter.on_event()));
    write_token_vectors(model, file.texts(), arguments);
  } else {
    write_vectors(model, arguments);
  }
}

}  // namespace

void add_encode(CLI::App& app) {
  const auto arguments = std::make_shared<EncodeArguments>();
  CLI::App& command = *app.add_subcommand("encode", "Turn texts into vectors");
  command.footer(kEncodeHelp);
  add_model_option(command, arguments->model);
  add_text_argument(command, arguments->input, arguments->texts);
  command
      .add_option("-o,--output", arguments->output,
                  "File for the vectors (default: JSON lines on standard output)")
      ->type_name("OUT");
  command.add_flag("--sequence", arguments->sequence,
                   "Write one vector per token (.jsonl or .safetensors), never normalized");
  command
      .add_option("--max-length", arguments->max_length,
                  "Maximum length of a text in tokens (default: the model's own; none "
                  "with --sequence)")
      ->check(whole_number_or_none())
      ->type_name("N|none");
  CLI::Option* normalize =
      command.add_flag("--normalize")
          ->description("Scale vectors to length 1, whatever the model's setting");
  CLI::Option* as_they_are =
      command.add_flag("--no-normalize")
          ->description("Do not scale vectors, whatever the model's setting");
  normalize->excludes(as_they_are);
  add_threads_option(command, arguments->threads);
  command.callback([arguments, normalize, as_they_are] {
    if (normalize->count() > 0) arguments->normalize = true;
    if (as_they_are->count() > 0) arguments->normalize = false;
    run_encode(*arguments);
  });
}

}  // namespace m2v::cli
