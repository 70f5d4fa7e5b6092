#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/reporter.h"
#include "m2v/io.h"
#include "m2v/static_model.h"

namespace m2v::cli {
namespace {

constexpr char kHelp[] =
    R"(Every line is one text, and row i of the output belongs to line i. The output's
format follows its name: .npy (float32), .safetensors, .f32 (raw) or .jsonl.
Without -o, {"vector": [...]} a line goes to standard output; -o - streams raw
float32 there. Output files appear when they are complete, and not before.

Examples:
  m2v encode -m my-model texts.txt -o vectors.npy
  echo "to be or not to be" | m2v encode -m my-model
  m2v encode -m my-model reviews.jsonl -o tokens.safetensors --sequence)";

/// Texts encoded between two looks at the clock: memory stays bounded and progress shows.
constexpr std::size_t kBlock = 16'384;

struct Arguments {
  std::string model;
  std::string input = "-";
  std::string output;
  std::string max_length;
  bool sequence = false;
  bool normalize = false;
  bool normalize_given = false;
  unsigned threads = 0;
};

EncodeOptions encode_options(const Arguments& arguments) {
  EncodeOptions options;
  if (arguments.normalize_given) options.normalize = arguments.normalize;
  if (!arguments.max_length.empty()) options.max_length = parse_max_length(arguments.max_length);
  options.threads = arguments.threads;
  return options;
}

void write_vectors(const StaticModel& model, Texts texts, const Arguments& arguments) {
  const EncodeOptions options = encode_options(arguments);
  Reporter reporter;
  const InterruptGuard guard;
  VectorWriter writer = VectorWriter::open(arguments.output, texts.size(), model.dim());
  std::vector<float> vectors(std::min(kBlock, texts.size()) * model.dim());
  for (std::size_t begin = 0; begin < texts.size(); begin += kBlock) {
    const Texts block = texts.subspan(begin, std::min(kBlock, texts.size() - begin));
    model.encode(block, std::span(vectors).first(block.size() * model.dim()), options);
    throw_if_interrupted();
    writer.write(MatrixView(vectors.data(), block.size(), model.dim()));
    reporter.progress("encoding", begin + block.size(), texts.size());
  }
  throw_if_interrupted();
  writer.finish();
}

void write_token_vectors(const StaticModel& model, Texts texts, const Arguments& arguments) {
  const EncodeOptions options = encode_options(arguments);
  Reporter reporter;
  const InterruptGuard guard;
  const bool streaming = arguments.output.empty();
  std::vector<Matrix> sequences;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    sequences.push_back(model.encode_as_sequence(texts[i], options));
    if (sequences.size() == kBlock && streaming) {
      write_sequences({}, sequences, model.dim());
      sequences.clear();
    }
    if (i % 256 == 255 || i + 1 == texts.size()) {
      throw_if_interrupted();
      reporter.progress("encoding", i + 1, texts.size());
    }
  }
  if (!streaming || !sequences.empty()) {
    write_sequences(arguments.output, sequences, model.dim());
  }
}

void run(const Arguments& arguments) {
  const StaticModel model = StaticModel::load(model_folder(arguments.model));
  const TextFile file = TextFile::read(arguments.input);
  if (arguments.sequence) {
    write_token_vectors(model, file.texts(), arguments);
  } else {
    write_vectors(model, file.texts(), arguments);
  }
}

}  // namespace

void add_encode(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *app.add_subcommand("encode", "Turn texts into vectors");
  command.footer(kHelp);
  add_model_option(command, arguments->model);
  add_text_argument(command, arguments->input);
  command.add_option("-o,--output", arguments->output, "Where the vectors go")->type_name("OUT");
  command.add_flag("--sequence", arguments->sequence,
                   "One vector a token (.jsonl or .safetensors), never normalized");
  command
      .add_option("--max-length", arguments->max_length,
                  "Tokens of a text that count (default: the model's own; none with --sequence)")
      ->type_name("N|none");
  const CLI::Option* normalize =
      command.add_flag("--normalize,!--no-normalize", arguments->normalize,
                       "Vectors of length 1, or as they are (default: the model's own)");
  add_threads_option(command, arguments->threads);
  command.callback([arguments, normalize] {
    arguments->normalize_given = normalize->count() > 0;
    run(*arguments);
  });
}

}  // namespace m2v::cli
