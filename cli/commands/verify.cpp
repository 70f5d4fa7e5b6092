#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/terminal.h"
#include "cli/text_options.h"
#include "cli/validators.h"
#include "m2v/compiled_model.h"
#include "m2v/error.h"
#include "m2v/evaluate.h"
#include "m2v/text_file.h"

namespace m2v::cli {
namespace {

constexpr char kVerifyHelp[] =
    R"(Two models are compared token by token and, with --texts, vector by vector. The
exit code is 1 if tokens differ, or if a row or a text's vector has a cosine
below --min-cosine with its counterpart.
With one compiled model (.m2v), every byte is checked against the checksums in
the file, which loading does not do. Folders have no checksums.

Examples:
  m2v verify my-model.m2v
  m2v verify my-model model-of-model2vec
  m2v verify my-model smaller --texts texts.txt --min-cosine 0.99)";

struct VerifyArguments {
  ModelArgument first, second;
  std::string texts;
  TextArguments format;
  double min_cosine = 0.9999;
  unsigned threads = 0;
  bool json = false;
};

std::string as_json(const std::optional<Agreement>& agreement) {
  if (!agreement) return "null";
  return JsonObject()
      .add("compared", agreement->compared)
      .add("min_cosine", agreement->min)
      .add("mean_cosine", agreement->mean)
      .add("worst", agreement->worst)
      .str();
}

std::string as_json(const ModelDifference& difference, bool same) {
  return JsonObject()
      .add("same", same)
      .add("only_first", difference.only_first)
      .add("only_second", difference.only_second)
      .add("renumbered", difference.renumbered)
      .add("texts_with_other_ids", difference.texts_with_other_ids)
      .add_raw("rows", as_json(difference.rows))
      .add_raw("texts", as_json(difference.texts))
      .str();
}

std::string as_text(const std::optional<Agreement>& agreement, const std::string& worst) {
  if (!agreement) return "not compared: the dimensions differ";
  return with_separators(agreement->compared) + " compared, cosine at least " +
         fixed(agreement->min, 6) + " (" + worst + "), mean " + fixed(agreement->mean, 6);
}

std::string as_text(const ModelDifference& difference, const StaticModel& first, bool with_texts,
                    bool same) {
  std::string text = "tokens  " + with_separators(difference.only_first) + " only in the first, " +
                     with_separators(difference.only_second) + " only in the second, " +
                     with_separators(difference.renumbered) + " with other ids\nrows    ";
  std::string worst;
  if (difference.rows) {
    const auto id = static_cast<std::uint32_t>(difference.rows->worst);
    worst = "\"" + printable(std::string(first.tokenizer().token(id).value_or(""))) + "\"";
  }
  text += as_text(difference.rows, worst) + "\n";
  if (with_texts) {
    worst = difference.texts ? "text " + with_separators(difference.texts->worst + 1) : "";
    text += "texts   " + as_text(difference.texts, worst) + "; " +
            with_separators(difference.texts_with_other_ids) + " with other tokens\n";
  }
  return text + (same ? "the same\n" : "different\n");
}

void check_bytes(const VerifyArguments& arguments) {
  const std::string& file = arguments.first.name;
  if (!arguments.texts.empty()) {
    throw std::invalid_argument("--texts requires two models");
  }
  if (arguments.first.is_folder()) {
    throw Error(file +
                ": a folder has no checksums; pass a second model to compare it with, or a " +
                "compiled one (m2v convert " + file + " -o NAME.m2v)");
  }
  verify_model(file);
  Output output;
  output << (arguments.json ? JsonObject().add("file", file).add("intact", true).str() + "\n"
                            : printable(file) + ": intact\n");
  output.flush();
}

void run_verify(const VerifyArguments& arguments) {
  if (arguments.second.name.empty()) return check_bytes(arguments);
  const StaticModel first = load_model(model_path(arguments.first));
  const StaticModel second = load_model(model_path(arguments.second));
  std::optional<TextFile> file;
  if (!arguments.texts.empty()) {
    Reporter reporter;
    file = TextFile::read(arguments.texts, text_options(arguments.format, reporter.on_event()));
  }
  const ModelDifference difference =
      compare(first, second, file ? file->texts() : Texts{}, arguments.threads);
  const bool same = difference.is_within(arguments.min_cosine);
  const bool with_texts = file && !file->texts().empty();
  Output output;
  output << (arguments.json ? as_json(difference, same) + "\n"
                            : as_text(difference, first, with_texts, same));
  output.flush();
  if (!same) throw Error("the models differ by more than --min-cosine allows");
}

}  // namespace

void add_verify(CLI::App& app) {
  const auto arguments = std::make_shared<VerifyArguments>();
  CLI::App& command = *app.add_subcommand(
      "verify", "Show how two models differ, or check a compiled one for damage");
  command.footer(kVerifyHelp);
  command
      .add_option("FIRST", arguments->first.name, "A static model: folder, compiled file or hub id")
      ->required()
      ->type_name("");
  command.add_option("SECOND", arguments->second.name, "The model to compare it with")
      ->type_name("");
  command.add_option("--texts", arguments->texts, "Compare the vectors of these texts as well")
      ->type_name("FILE");
  add_text_options(command, arguments->format);
  command
      .add_option("--min-cosine", arguments->min_cosine,
                  "Minimum cosine of vectors considered equal (default: 0.9999)")
      ->check(number({-1}, Bound{1}))
      ->type_name("X");
  add_threads_option(command, arguments->threads);
  command.add_flag("--json", arguments->json, "One JSON object instead of text");
  command.callback([arguments] { run_verify(*arguments); });
}

}  // namespace m2v::cli
