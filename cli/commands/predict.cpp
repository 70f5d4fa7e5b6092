#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/reporter.h"
#include "cli/terminal.h"
#include "cli/text_options.h"
#include "cli/validators.h"
#include "m2v/model_with_head.h"
#include "m2v/text_file.h"
#include "m2v/vector_file.h"

namespace m2v::cli {
namespace {

constexpr char kPredictHelp[] =
    R"(Prints one line per text, in order: its label or, for a classifier with several
labels per text, all labels whose probability is above the threshold, separated
by tabs. --probabilities prints the probabilities of all classes instead, in the
order that m2v info shows; --top K prints the K most likely labels, each
followed by its probability. --json, or an OUT named .jsonl, prints objects. An
OUT named .npy, .safetensors or .f32 receives the probabilities as a matrix, and
so does any OUT if the model's outputs are vectors. In a printed label, a tab is
written \t, a line feed \n and a carriage return \r; a backslash before such a
letter is doubled. Texts are read as a stream, in constant memory.

Examples:
  m2v predict -m classifier texts.txt > labels.txt
  m2v predict -m classifier texts.txt --top 3 --json -o predictions.jsonl
  m2v predict -m classifier texts.txt -o probabilities.npy
  tail -f log.txt | m2v predict -m classifier)";

struct PredictArguments {
  ModelArgument model;
  std::string input = "-";
  TextArguments texts;
  std::string output;
  bool probabilities = false;
  std::size_t top = 0;  // number of labels that --top lists; 0: not given
  double threshold = 0.5;
  bool json = false;
  unsigned threads = 0;
};

void append_number(std::string& out, float value) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

/// Formats the predictions for a block of texts, one line per text.
class LinePrinter {
 public:
  LinePrinter(const PredictArguments& arguments, const ModelWithHead& trained)
      : arguments_(arguments), trained_(trained), order_(trained.outputs()) {
    const Classes& classes = trained.classes();
    for (const std::string& name : classes.names) {
      std::string json;
      classes.integers ? void(json = name) : append_json(json, name);
      json_names_.push_back(std::move(json));
      line_names_.push_back(escaped(name));
      quoted_names_.emplace_back();
      append_json(quoted_names_.back(), name);
    }
  }

  void print(MatrixView probabilities, std::string& out) {
    const Labels labels = trained_.choose(probabilities, arguments_.threshold);
    for (std::size_t t = 0; t < probabilities.rows; ++t) {
      arguments_.json ? print_json(labels[t], probabilities.row(t), out)
                      : print_text(labels[t], probabilities.row(t), out);
      out += '\n';
    }
  }

 private:
  using Row = std::span<const float>;
  using Numbers = std::span<const std::uint32_t>;

  /// Returns the `--top` most probable classes, best first. Valid until the next call.
  Numbers likeliest(Row row) {
    const std::size_t count = std::min(arguments_.top, row.size());
    std::iota(order_.begin(), order_.end(), 0u);
    const auto middle = order_.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(order_.begin(), middle, order_.end(),
                      [row](std::uint32_t a, std::uint32_t b) {
                        return row[a] != row[b] ? row[a] > row[b] : a < b;
                      });
    return {order_.data(), count};
  }

  void print_text(Numbers labels, Row row, std::string& out) {
    const std::size_t begin = out.size();
    const auto next = [&] {
      if (out.size() > begin) out += '\t';
    };
    if (arguments_.top > 0) {
      for (const std::uint32_t label : likeliest(row)) {
        next();
        out += line_names_[label];
        out += '\t';
        append_number(out, row[label]);
      }
    } else if (arguments_.probabilities) {
      for (const float probability : row) {
        next();
        append_number(out, probability);
      }
    } else {
      for (const std::uint32_t label : labels) {
        next();
        out += line_names_[label];
      }
    }
  }

  void print_json(Numbers labels, Row row, std::string& out) {
    if (arguments_.top > 0) {
      out += "{\"top\": [";
      for (const std::uint32_t label : likeliest(row)) {
        out += out.back() == '[' ? "{\"label\": " : ", {\"label\": ";
        out += json_names_[label];
        out += ", \"probability\": ";
        append_number(out, row[label]);
        out += '}';
      }
      out += "]}";
      return;
    }
    out += trained_.multilabel() ? "{\"labels\": [" : "{\"label\": ";
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (i > 0) out += ", ";
      out += json_names_[labels[i]];
    }
    if (trained_.multilabel()) out += ']';
    if (arguments_.probabilities) {
      out += ", \"probabilities\": {";
      for (std::size_t c = 0; c < row.size(); ++c) {
        if (c > 0) out += ", ";
        out += quoted_names_[c];
        out += ": ";
        append_number(out, row[c]);
      }
      out += '}';
    }
    out += '}';
  }

  const PredictArguments& arguments_;
  const ModelWithHead& trained_;
  std::vector<std::uint32_t> order_;
  std::vector<std::string> json_names_, quoted_names_;  ///< Names as JSON values and as JSON keys.
  std::vector<std::string> line_names_;  ///< Names with tabs and line breaks escaped.
};

/// Predicts the texts block by block, calls `write` with the outputs of each block ([texts,
/// outputs]), and returns the number of texts. Throws Cancelled if the user has interrupted.
template <typename Write>
std::size_t predict_all(const PredictArguments& arguments, const ModelWithHead& trained,
                        const Write& write) {
  Reporter reporter;
  TextStream stream =
      TextStream::open(arguments.input, text_options(arguments.texts, reporter.on_event()));
  std::vector<float> outputs;
  std::size_t done = 0;
  for (Texts texts = stream.next(); !texts.empty(); texts = stream.next()) {
    outputs.resize(texts.size() * trained.outputs());
    trained.predict_proba(texts, outputs, {.threads = arguments.threads});
    throw_if_interrupted();
    write(MatrixView(outputs.data(), texts.size(), trained.outputs()));
    done += texts.size();
    reporter.progress("predicting", done, estimate_total(stream, done));
  }
  throw_if_interrupted();
  return done;
}

void tell_what_was_written(const std::string& output, const std::string& what) {
  if (is_file(output)) Reporter().note(output + ": " + what);
}

void write_matrix(const PredictArguments& arguments, const ModelWithHead& trained) {
  VectorWriter writer = VectorWriter::open(arguments.output, trained.outputs());
  const std::size_t texts =
      predict_all(arguments, trained, [&](MatrixView rows) { writer.write(rows); });
  writer.finish();
  tell_what_was_written(arguments.output,
                        counted(texts, "row") + " of " +
                            (trained.classes().names.empty()
                                 ? counted(trained.outputs(), "value")
                                 : counted(trained.outputs(), "probability", "probabilities")));
}

void write_lines(const PredictArguments& arguments, const ModelWithHead& trained) {
  TextWriter writer = TextWriter::open(arguments.output);
  LinePrinter printer(arguments, trained);
  std::string lines;
  const std::size_t texts = predict_all(arguments, trained, [&](MatrixView rows) {
    lines.clear();
    printer.print(rows, lines);
    writer.write(lines);
  });
  writer.finish();
  tell_what_was_written(arguments.output, counted(texts, "line"));
}

void run_predict(PredictArguments arguments) {
  Reporter reporter;
  const ModelWithHead trained =
      ModelWithHead::load(model_path(arguments.model), reporter.on_event());
  const std::string extension = std::filesystem::path(arguments.output).extension();
  const bool vectors = trained.classes().names.empty();
  const bool as_lines = arguments.probabilities || arguments.top > 0 || arguments.json;
  const bool as_matrix = extension == ".npy" || extension == ".safetensors" || extension == ".f32";
  if (as_matrix && (arguments.top > 0 || arguments.json)) {
    throw std::invalid_argument("--top and --json cannot be written to a " + extension +
                                " file, which contains the probabilities of all classes");
  }
  if (vectors && as_lines) {
    throw std::invalid_argument(
        "this model predicts vectors, not classes: omit --probabilities, --top and --json");
  }
  const InterruptGuard guard;
  if (vectors || as_matrix) return write_matrix(arguments, trained);
  arguments.json = arguments.json || extension == ".jsonl";
  write_lines(arguments, trained);
}

}  // namespace

void add_predict(CLI::App& app) {
  const auto arguments = std::make_shared<PredictArguments>();
  CLI::App& command = *app.add_subcommand("predict", "Label texts with a model trained by m2v fit");
  command.footer(kPredictHelp);
  add_model_option(command, arguments->model);
  add_text_argument(command, arguments->input, arguments->texts);
  command
      .add_option("-o,--output", arguments->output,
                  "File for the predictions (default: standard output)")
      ->type_name("OUT");
  CLI::Option* const probabilities = command.add_flag("--probabilities", arguments->probabilities,
                                                      "Print the probabilities of all classes");
  command
      .add_option("--top", arguments->top, "Print the K most likely labels and their probabilities")
      ->check(whole_number(1))
      ->type_name("K")
      ->excludes(probabilities);
  command
      .add_option("--threshold", arguments->threshold,
                  "With several labels per text: predict those whose probability is "
                  "above X (default: 0.5)")
      ->check(number_from_0_to_1())
      ->type_name("X");
  command.add_flag("--json", arguments->json, "Print one JSON object per text");
  add_threads_option(command, arguments->threads);
  command.callback([arguments] { run_predict(*arguments); });
}

}  // namespace m2v::cli
