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
#include "m2v/io.h"
#include "m2v/pipeline.h"

namespace m2v::cli {
namespace {

constexpr char kHelp[] =
    R"(One line per text, in order: its label; with several labels per text, those whose
probability is above the threshold, separated by tabs. --probabilities prints
those of all classes, in the order that m2v info shows, separated by tabs; --top K
the K most likely labels, each followed by its probability. --json, or an OUT named
.jsonl, prints objects. An OUT named .npy, .safetensors or .f32 gets the
probabilities as a matrix, and so does any OUT of a model whose outputs are
vectors. In a line, a label's own tab, line feed and carriage return are \t, \n
and \r, and a backslash before such a letter is doubled. Texts are read as a stream, however many there are.

Examples:
  m2v predict -m classifier texts.txt > labels.txt
  m2v predict -m classifier texts.txt --top 3 --json -o predictions.jsonl
  m2v predict -m classifier texts.txt -o probabilities.npy
  tail -f log.txt | m2v predict -m classifier)";

struct Arguments {
  ModelArgument model;
  std::string input = "-";
  TextArguments texts;
  std::string output;
  bool probabilities = false;
  std::size_t top = 0;  // 0: no such list
  double threshold = 0.5;
  bool json = false;
  unsigned threads = 0;
};

void append_number(std::string& out, float value) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

/// Prints the lines of a block of texts.
class LinePrinter {
 public:
  LinePrinter(const Arguments& arguments, const Pipeline& pipeline)
      : arguments_(arguments), pipeline_(pipeline), order_(pipeline.outputs()) {
    const Classes& classes = pipeline.classes();
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
    const Labels labels = pipeline_.choose(probabilities, arguments_.threshold);
    for (std::size_t t = 0; t < probabilities.rows; ++t) {
      arguments_.json ? print_json(labels[t], probabilities.row(t), out)
                      : print_text(labels[t], probabilities.row(t), out);
      out += '\n';
    }
  }

 private:
  using Row = std::span<const float>;
  using Numbers = std::span<const std::uint32_t>;

  /// The likeliest classes, best first.
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
    out += pipeline_.multilabel() ? "{\"labels\": [" : "{\"label\": ";
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (i > 0) out += ", ";
      out += json_names_[labels[i]];
    }
    if (pipeline_.multilabel()) out += ']';
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

  const Arguments& arguments_;
  const Pipeline& pipeline_;
  std::vector<std::uint32_t> order_;
  std::vector<std::string> json_names_, quoted_names_;  ///< As values, and as keys.
  std::vector<std::string> line_names_;                 ///< Without line ends and tabs.
};

/// Runs the model over the texts, block by block, and returns how many there were.
template <typename Write>
std::size_t predict_all(const Arguments& arguments, const Pipeline& pipeline, const Write& write) {
  Reporter reporter;
  TextStream stream =
      TextStream::open(arguments.input, text_options(arguments.texts, reporter.on_event()));
  std::vector<float> outputs;
  std::size_t done = 0;
  for (Texts texts = stream.next(); !texts.empty(); texts = stream.next()) {
    outputs.resize(texts.size() * pipeline.outputs());
    pipeline.predict_proba(texts, outputs, {.threads = arguments.threads});
    throw_if_interrupted();
    write(MatrixView(outputs.data(), texts.size(), pipeline.outputs()));
    done += texts.size();
    reporter.progress("predicting", done, estimate_total(stream, done));
  }
  throw_if_interrupted();
  return done;
}

void tell_what_was_written(const std::string& output, const std::string& what) {
  if (is_file(output)) Reporter().note(output + ": " + what);
}

void write_matrix(const Arguments& arguments, const Pipeline& pipeline) {
  VectorWriter writer = VectorWriter::open(arguments.output, pipeline.outputs());
  const std::size_t texts =
      predict_all(arguments, pipeline, [&](MatrixView rows) { writer.write(rows); });
  writer.finish();
  tell_what_was_written(arguments.output,
                        counted(texts, "row") + " of " +
                            (pipeline.classes().names.empty()
                                 ? counted(pipeline.outputs(), "value")
                                 : counted(pipeline.outputs(), "probability", "probabilities")));
}

void write_lines(const Arguments& arguments, const Pipeline& pipeline) {
  TextWriter writer = TextWriter::open(arguments.output);
  LinePrinter printer(arguments, pipeline);
  std::string lines;
  const std::size_t texts = predict_all(arguments, pipeline, [&](MatrixView rows) {
    lines.clear();
    printer.print(rows, lines);
    writer.write(lines);
  });
  writer.finish();
  tell_what_was_written(arguments.output, counted(texts, "line"));
}

void run(Arguments arguments) {
  Reporter reporter;
  const Pipeline pipeline = Pipeline::load(model_path(arguments.model), reporter.on_event());
  const std::string extension = std::filesystem::path(arguments.output).extension();
  const bool vectors = pipeline.classes().names.empty();
  const bool as_lines = arguments.probabilities || arguments.top > 0 || arguments.json;
  const bool as_matrix = extension == ".npy" || extension == ".safetensors" || extension == ".f32";
  if (as_matrix && (arguments.top > 0 || arguments.json)) {
    throw std::invalid_argument("--top and --json do not go into a " + extension +
                                " file, which has the probabilities of all classes");
  }
  if (vectors && as_lines) {
    throw std::invalid_argument(
        "this model makes vectors, not classes: leave --probabilities, "
        "--top and --json out");
  }
  const InterruptGuard guard;
  if (vectors || as_matrix) return write_matrix(arguments, pipeline);
  arguments.json = arguments.json || extension == ".jsonl";
  write_lines(arguments, pipeline);
}

}  // namespace

void add_predict(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *app.add_subcommand("predict", "Label texts with a model that m2v fit made");
  command.footer(kHelp);
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
  command.callback([arguments] { run(*arguments); });
}

}  // namespace m2v::cli
