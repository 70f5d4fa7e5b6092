#include "m2v/distill.h"

#include <charconv>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "cli/commands.h"
#include "cli/distill_library.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/speed.h"
#include "cli/terminal.h"
#include "cli/text_options.h"
#include "cli/validators.h"
#include "m2v/error.h"
#include "m2v/text_file.h"
#include "m2v/version.h"

namespace m2v::cli {
namespace {

constexpr char kDistillHelp[] =
    R"(Each token of the teacher's vocabulary is passed through the transformer; PCA and
weighting by token frequency follow. The result is a small folder that m2v,
model2vec and Sentence Transformers load. No data is needed, and the same
teacher gives the same bytes (except for the speed stated in the model card).

Examples:
  m2v distill all-MiniLM-L6-v2 -o my-model
  m2v distill all-MiniLM-L6-v2 -o my-model --recipe best
  m2v distill all-MiniLM-L6-v2 -o my-model --vocabulary words.txt
  m2v distill BAAI/bge-base-en-v1.5 -o small --pca-dims 128 --quantize-to int8
  m2v distill all-MiniLM-L6-v2 -o my-model --report times.json)";

struct DistillArguments {
  ModelArgument teacher;
  std::string output;
  std::string vocabulary;
  std::string vocabulary_from;
  std::size_t vocabulary_size = 1000;
  std::string prune_to;
  std::string frequencies_from;
  TextArguments texts;
  std::string pooling = "auto";
  bool ignore_dense = false;
  std::string precision = "f32";
  std::string recipe = "reference";
  std::string pca_dims = "256";
  std::optional<std::string> sif_coefficient;
  std::optional<std::size_t> drop_components, random_texts;
  std::optional<double> whitening;
  std::string token_remove_pattern = DistillOptions().token_remove_pattern.value();
  std::string quantize_to = "float16";
  std::string int8_scale = "table";
  std::size_t vocabulary_quantization = 0;  // 0: none
  std::string report;
  bool force = false, strict = false;
  unsigned threads = 0;
};

Pooling parse_pooling(const std::string& name) {
  if (name == "mean") return Pooling::kMean;
  if (name == "first") return Pooling::kFirst;
  if (name == "last") return Pooling::kLast;
  if (name == "pooler") return Pooling::kPooler;
  return Pooling::kAuto;
}

Precision parse_precision(const std::string& name) {
  if (name == "auto") return Precision::kAuto;
  if (name == "int16") return Precision::kInt16;
  return Precision::kFloat32;
}

Pca parse_pca(const std::string& argument) {
  if (argument == "auto") return PcaAuto{};
  if (argument == "none") return PcaNone{};
  std::size_t dims = 0;
  const char* const end = argument.data() + argument.size();
  const auto parsed = std::from_chars(argument.data(), end, dims);
  if (parsed.ec == std::errc() && parsed.ptr == end && dims > 0) return PcaDims{dims};
  const double fraction = parse_real("--pca-dims", argument);
  if (fraction <= 0 || fraction >= 1) {
    throw std::invalid_argument("--pca-dims: '" + argument +
                                "' is neither a count of at least 1, nor a fraction between 0 and "
                                "1, nor auto or none");
  }
  return PcaVariance{fraction};
}

std::optional<double> parse_sif(const std::string& argument) {
  if (argument == "none") return std::nullopt;
  const double value = parse_real("--sif-coefficient", argument);
  if (value <= 0 || value >= 1) {
    throw std::invalid_argument("--sif-coefficient: must be between 0 and 1, or none");
  }
  return value;
}

DistillOptions distill_options(const DistillArguments& arguments, Reporter& reporter) {
  DistillOptions options = arguments.recipe == "best" ? best_recipe() : DistillOptions();
  options.pooling = parse_pooling(arguments.pooling);
  options.ignore_dense = arguments.ignore_dense;
  options.pca = parse_pca(arguments.pca_dims);
  if (arguments.sif_coefficient) options.sif_coefficient = parse_sif(*arguments.sif_coefficient);
  options.drop_components = arguments.drop_components.value_or(options.drop_components);
  options.whitening = arguments.whitening.value_or(options.whitening);
  options.random_texts = arguments.random_texts.value_or(options.random_texts);
  options.token_remove_pattern.reset();
  if (arguments.token_remove_pattern != "none") {
    options.token_remove_pattern = arguments.token_remove_pattern;
  }
  options.precision = parse_precision(arguments.precision);
  options.dtype = dtype_from_name(arguments.quantize_to);
  options.threads = arguments.threads;
  options.int8_scale = parse_int8_scale(arguments.int8_scale);
  if (arguments.vocabulary_quantization > 0) {
    options.vocabulary_quantization = arguments.vocabulary_quantization;
  }
  if (!arguments.teacher.is_folder()) options.teacher_name = arguments.teacher.name;
  if (!arguments.vocabulary.empty()) {
    const TextFile file =
        TextFile::read(arguments.vocabulary, text_options(arguments.texts, reporter.on_event()));
    options.vocabulary.assign(file.texts().begin(), file.texts().end());
  }
  return options;
}

/// Returns the size of a model's weights in bytes, or of the whole folder if it has no
/// model.safetensors. A teacher's weights may exist in several formats, of which only this counts.
std::size_t weights_size(const std::filesystem::path& folder) {
  const std::size_t weights = size_on_disk(folder / "model.safetensors");
  return weights > 0 ? weights : size_on_disk(folder);
}

struct Outcome {
  DistillReport report;
  double save_seconds = 0;
  double seconds = 0;
  std::size_t teacher_bytes = 0;
  std::size_t bytes = 0;
};

std::string as_json(const Outcome& outcome, const DistillArguments& arguments,
                    const DistillOptions& options) {
  const DistillReport& report = outcome.report;
  return JsonObject()
             .add("version", version())
             .add("simd", simd_target())
             .add("teacher", arguments.teacher.name)
             .add("output", arguments.output)
             .add("vocabulary", arguments.vocabulary)
             .add("vocabulary_from", arguments.vocabulary_from)
             .add("vocabulary_size", arguments.vocabulary_size)
             .add("prune_to", arguments.prune_to)
             .add("frequencies_from", arguments.frequencies_from)
             .add("family", report.family)
             .add("pooling", report.pooling)
             .add("precision", report.precision)
             .add_raw("precision_agreement", report.precision_agreement
                                                 ? json_number(*report.precision_agreement)
                                                 : "null")
             .add("recipe", arguments.recipe)
             .add("pca_dims", arguments.pca_dims)
             .add("drop_components", options.drop_components)
             .add_raw("whitening", json_number(options.whitening))
             .add("random_texts", options.random_texts)
             .add_raw("sif_coefficient",
                      options.sif_coefficient ? json_number(*options.sif_coefficient) : "null")
             .add("token_remove_pattern", arguments.token_remove_pattern)
             .add("dtype", arguments.quantize_to)
             .add("int8_scale", arguments.int8_scale)
             .add("vocabulary_quantization", arguments.vocabulary_quantization)
             .add("threads", arguments.threads)
             .add("teacher_tokens", report.teacher_tokens)
             .add("entries_left_out", report.entries_left_out)
             .add("tokens", report.tokens)
             .add("teacher_dimensions", report.teacher_dim)
             .add("dimensions", report.dim)
             .add("explained_variance", report.explained_variance)
             .add("teacher_bytes", outcome.teacher_bytes)
             .add("bytes", outcome.bytes)
             .add("load_seconds", rounded(report.load_seconds))
             .add("forward_seconds", rounded(report.forward_seconds))
             .add("quantization_seconds", rounded(report.quantization_seconds))
             .add("pca_seconds", rounded(report.pca_seconds))
             .add("distill_seconds", rounded(report.total_seconds))
             .add("save_seconds", rounded(outcome.save_seconds))
             .add("total_seconds", rounded(outcome.seconds))
             .str() +
         "\n";
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Checks before the long computation that its result can be saved. Throws Error or
/// std::invalid_argument if it cannot.
void check_destinations(const DistillArguments& arguments, const std::filesystem::path& teacher) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::equivalent(arguments.output, teacher, ignored)) {
    throw std::invalid_argument("--output is the teacher's own folder: choose another");
  }
  if (fs::exists(arguments.output, ignored) && !fs::is_directory(arguments.output, ignored)) {
    throw Error(arguments.output + ": exists and is not a folder");
  }
  check_save_folder(arguments.output, arguments.force);
  if (arguments.report.empty()) return;
  const fs::path parent = fs::path(arguments.report).parent_path();
  if (!parent.empty() && !fs::is_directory(parent, ignored)) {
    throw Error(arguments.report + ": its folder does not exist");
  }
}

std::optional<TextFile> read_if_named(const std::string& path, const DistillArguments& arguments,
                                      Reporter& reporter) {
  if (path.empty()) return std::nullopt;
  return TextFile::read(path, text_options(arguments.texts, reporter.on_event()));
}

/// Returns a callback for --strict, which throws Error at the first warning about the vocabulary.
/// These warnings come before the teacher's forward pass.
OnEvent refusing_left_out(OnEvent on_event) {
  return [on_event = std::move(on_event)](const Event& event) {
    if (event.kind == Event::Kind::kWarning && event.stage == "vocabulary") {
      throw Error("--strict: " + event.message);
    }
    return on_event(event);
  };
}

void run_distill(DistillArguments arguments) {
  const auto start = std::chrono::steady_clock::now();
  arguments.teacher = sentence_transformer(arguments.teacher);
  Reporter reporter;
  DistillOptions options = distill_options(arguments, reporter);
  const auto corpus = read_if_named(arguments.vocabulary_from, arguments, reporter);
  if (corpus) {
    options.corpus = corpus->texts();
    options.corpus_words = arguments.vocabulary_size;
  }
  const auto frequency_texts = read_if_named(arguments.frequencies_from, arguments, reporter);
  if (frequency_texts) options.frequency_texts = frequency_texts->texts();
  const auto texts_to_keep = read_if_named(arguments.prune_to, arguments, reporter);
  const std::filesystem::path teacher = model_folder(arguments.teacher);
  check_destinations(arguments, teacher);
  Outcome outcome;
  {
    const InterruptGuard guard;
    const OnEvent on_event =
        arguments.strict ? refusing_left_out(reporter.on_event()) : reporter.on_event();
    StaticModel model = distill_through_library(teacher, options, on_event, outcome.report);
    if (texts_to_keep) {
      ConvertOptions pruning;
      pruning.prune_to = texts_to_keep->texts();
      pruning.threads = arguments.threads;
      model = convert_through_library(model, pruning, reporter.on_event());
      outcome.report.tokens = model.info().tokens;
    }
    throw_if_interrupted();
    const auto save_start = std::chrono::steady_clock::now();
    model.save(arguments.output,
               {.texts_per_second = texts_per_second(model), .force = arguments.force});
    outcome.save_seconds = seconds_since(save_start);
  }
  reporter.clear();
  outcome.seconds = seconds_since(start);
  outcome.teacher_bytes = weights_size(teacher);
  outcome.bytes = weights_size(arguments.output);
  if (!arguments.report.empty()) write_file(arguments.report, as_json(outcome, arguments, options));
  if (!arguments.report.empty()) reporter.note(arguments.report + ": times and options");
  if (is_quiet()) return;
  Output output;
  output << printable(arguments.output) << ": " << counted(outcome.report.tokens, "token") << ", "
         << counted(outcome.report.dim, "dimension") << ", " << human_bytes(outcome.teacher_bytes)
         << " -> " << human_bytes(outcome.bytes) << " in " << fixed(outcome.seconds, 1) << " s\n";
  output.flush();
}

void add_vocabulary_options(CLI::App& command, DistillArguments& arguments) {
  command
      .add_option("--vocabulary", arguments.vocabulary,
                  "Words and phrases to add to the vocabulary, one per line")
      ->type_name("FILE");
  command
      .add_option("--vocabulary-from", arguments.vocabulary_from,
                  "Texts whose most frequent words are added to the vocabulary")
      ->type_name("FILE");
  command
      .add_option("--vocabulary-size", arguments.vocabulary_size,
                  "Maximum number of words to add from --vocabulary-from (default: 1000)")
      ->check(whole_number(1))
      ->type_name("N");
  command.add_flag("--strict", arguments.strict,
                   "Fail if an entry of the vocabulary is left out or can never match a text");
  command
      .add_option("--prune-to", arguments.prune_to,
                  "Keep only the tokens that these texts need, with the vectors of the whole model")
      ->type_name("FILE");
}

/// Adds the options that control how the vector of a token is computed.
void add_vector_options(CLI::App& command, DistillArguments& arguments) {
  command
      .add_option("--pooling", arguments.pooling,
                  "Pooling of a token's hidden states: auto (the teacher's own), mean, "
                  "first, last, pooler (default: auto)")
      ->check(one_of({"auto", "mean", "first", "last", "pooler"}))
      ->type_name("HOW");
  command.add_flag("--ignore-dense", arguments.ignore_dense,
                   "Ignore the teacher's final Dense module");
  command
      .add_option("--recipe", arguments.recipe,
                  "reference (as in model2vec), or best (fitted to texts of random words; better "
                  "vectors in three times the time) (default: reference)")
      ->check(one_of({"reference", "best"}))
      ->type_name("NAME");
  command
      .add_option("--pca-dims", arguments.pca_dims,
                  "Dimensions to keep: a number, a fraction of the variance such as 0.95, auto "
                  "(all), or none for no PCA (default: 256)")
      ->type_name("N");
  command
      .add_option("--drop-components", arguments.drop_components,
                  "Number of leading principal components to drop (default: 0)")
      ->check(whole_number(0))
      ->type_name("N");
  command
      .add_option("--whitening", arguments.whitening,
                  "Scale each component by its variance to the power -X, between 0 and 0.5 "
                  "(default: 0)")
      ->check(number({0}, Bound{0.5}))
      ->type_name("X");
  command
      .add_option(
          "--random-texts", arguments.random_texts,
          "Fit the vectors to the teacher's vectors of N texts of random words (default: 0)")
      ->check(whole_number(0))
      ->type_name("N");
  command
      .add_option("--sif-coefficient", arguments.sif_coefficient,
                  "Coefficient of the token weights, between 0 and 1, or none (default: 1e-4)")
      ->type_name("X");
  command
      .add_option("--frequencies-from", arguments.frequencies_from,
                  "Texts in which token frequencies are counted for the weights")
      ->type_name("FILE");
}

}  // namespace

void add_distill(CLI::App& app) {
  const auto arguments = std::make_shared<DistillArguments>();
  CLI::App& command =
      *app.add_subcommand("distill", "Distill a Sentence Transformer into a small static model");
  command.footer(kDistillHelp);
  command
      .add_option("TEACHER", arguments->teacher.name, "Folder or hub id of a Sentence Transformer")
      ->required()
      ->type_name("");
  add_hub_options(command, arguments->teacher);
  command.add_option("-o,--output", arguments->output, "Folder for the static model")
      ->required()
      ->type_name("DIR");
  add_force_option(command, arguments->force);
  add_vocabulary_options(command, *arguments);
  add_vector_options(command, *arguments);
  command
      .add_option("--token-remove-pattern", arguments->token_remove_pattern,
                  "Remove tokens that match this regular expression at their start, or none "
                  "(default: \\[unused\\d+\\])")
      ->type_name("RE");
  command
      .add_option("--quantize-to", arguments->quantize_to,
                  "Data type of the saved table: float32, float16, int8, float64 "
                  "(default: float16)")
      ->check(one_of({"float32", "float16", "int8", "float64"}))
      ->type_name("TYPE");
  command
      .add_option(
          "--precision", arguments->precision,
          "Arithmetic of the forward pass: f32, int16 (fixed point, nearly twice as fast on "
          "processors with AVX-512 VNNI), or auto (int16 where it is faster and hardly changes the "
          "result) (default: f32)")
      ->check(one_of({"f32", "int16", "auto"}))
      ->type_name("HOW");
  add_text_options(command, arguments->texts, "Files of texts");
  add_quantization_options(command, arguments->int8_scale, arguments->vocabulary_quantization);
  add_threads_option(command, arguments->threads);
  command.add_option("--report", arguments->report, "Write times and options to a JSON file")
      ->type_name("FILE");
  command.callback([arguments] { run_distill(*arguments); });
}

}  // namespace m2v::cli
