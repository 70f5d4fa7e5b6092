#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "m2v/model_with_head.h"
#include "m2v/static_model.h"

namespace m2v::cli {
namespace {

constexpr char kInfoHelp[] = R"(Examples:
  m2v info my-model
  m2v info my-model --json)";

struct InfoArguments {
  ModelArgument model;
  bool json = false;
};

std::string yes_no(bool value) { return value ? "yes" : "no"; }

/// Returns the names of the classes as a JSON list, integers without quotes; "null" if there are
/// none.
std::string classes_as_json(const Head* head) {
  if (head == nullptr || head->classes.names.empty()) return "null";
  std::string json = "[";
  for (const std::string& name : head->classes.names) {
    if (json.size() > 1) json += ", ";
    head->classes.integers ? void(json += name) : append_json(json, name);
  }
  return json + "]";
}

/// Describes the layers of a head: "256 -> 512 -> 2, softmax".
std::string shape_of(const Head& head, std::size_t inputs) {
  constexpr const char* kActivations[] = {"softmax", "sigmoid", "vectors"};
  std::string text = with_separators(inputs);
  for (const Head::Layer& layer : head.layers) text += " -> " + with_separators(layer.weight.rows);
  return text + ", " + kActivations[static_cast<std::size_t>(head.activation)];
}

std::string classes_as_text(const Classes& classes) {
  std::string text;
  for (const std::string& name : classes.names)
    text += (text.empty() ? "" : ", ") + printable(name);
  return text;
}

std::string as_json(const ModelInfo& info, std::size_t bytes, const Head* head) {
  std::string languages = "[";
  for (const std::string& language : info.languages) {
    if (languages.size() > 1) languages += ", ";
    append_json(languages, language);
  }
  JsonObject object;
  object.add("tokens", info.tokens)
      .add("rows", info.rows)
      .add("dimensions", info.dim)
      .add("dtype", dtype_name(info.dtype))
      .add("bytes_on_disk", bytes)
      .add("normalize", info.normalize);
  if (info.max_length == kNoLimit) {
    object.add_raw("max_length", "null");
  } else {
    object.add("max_length", info.max_length);
  }
  object.add("median_token_length", info.median_token_length)
      .add("tokenizer", info.tokenizer_model);
  if (info.base_model.empty()) {
    object.add_raw("base_model", "null");
  } else {
    object.add("base_model", info.base_model);
  }
  return object.add_raw("languages", languages + "]")
      .add("weights", info.has_weights)
      .add("mapping", info.has_mapping)
      .add_raw("classes", classes_as_json(head))
      .str();
}

std::string as_text(const ModelInfo& info, std::size_t bytes, const Head* head) {
  std::string languages;
  for (const std::string& language : info.languages) {
    languages += (languages.empty() ? "" : ", ") + printable(language);
  }
  const std::string max_length =
      info.max_length == kNoLimit ? "none" : counted(info.max_length, "token");
  std::vector<std::pair<const char*, std::string>> lines = {
      {"tokens", with_separators(info.tokens)},
      {"rows", with_separators(info.rows)},
      {"dimensions", with_separators(info.dim)},
      {"dtype", std::string(dtype_name(info.dtype))},
      {"size on disk", human_bytes(bytes)},
      {"normalize", yes_no(info.normalize)},
      {"max length", max_length},
      {"median token length", counted(info.median_token_length, "character")},
      {"tokenizer", info.tokenizer_model},
      {"base model", info.base_model.empty() ? "unknown" : printable(info.base_model)},
      {"languages", languages.empty() ? "unknown" : languages},
      {"token weights", info.has_weights ? "separate from the rows" : "in the rows"},
      {"vocabulary-quantized", yes_no(info.has_mapping)},
  };
  if (head != nullptr) lines.emplace_back("head", shape_of(*head, info.dim));
  if (head != nullptr && !head->classes.names.empty()) {
    lines.emplace_back("classes", classes_as_text(head->classes));
  }
  std::string text;
  for (const auto& [name, value] : lines) {
    std::string line = name;
    line.resize(22, ' ');
    text += line.append(value).append("\n");
  }
  return text;
}

void run_info(const InfoArguments& arguments) {
  const auto path = model_path(arguments.model);
  const ModelInfo info = load_model(path).info();
  const std::size_t bytes = size_on_disk(path);
  std::optional<Head> head;
  if (info.has_head) head = ModelWithHead::load(path).head();
  const Head* const shown = head ? &*head : nullptr;
  Output output;
  output << (arguments.json ? as_json(info, bytes, shown) + "\n" : as_text(info, bytes, shown));
  output.flush();
}

}  // namespace

void add_info(CLI::App& app) {
  const auto arguments = std::make_shared<InfoArguments>();
  CLI::App& command = *app.add_subcommand("info", "Describe a static model");
  command.footer(kInfoHelp);
  command
      .add_option("MODEL", arguments->model.name,
                  "A static model: folder, compiled file (.m2v) or hub id")
      ->required()
      ->type_name("");
  add_hub_options(command, arguments->model);
  command.add_flag("--json", arguments->json, "One JSON object instead of text");
  command.callback([arguments] { run_info(*arguments); });
}

}  // namespace m2v::cli
