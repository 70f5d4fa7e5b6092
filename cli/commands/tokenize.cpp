#include <charconv>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/text_options.h"
#include "m2v/text_file.h"
#include "m2v/tokenizer.h"

namespace m2v::cli {
namespace {

constexpr char kTokenizeHelp[] =
    R"(Prints one line per text: its ids, separated by spaces, identical to those of
Hugging Face tokenizers. No special tokens are added, nothing is truncated, and
unknown tokens are kept.

Examples:
  m2v tokenize -m my-model texts.txt > ids.txt
  echo "static embeddings" | m2v tokenize -m path/to/tokenizer.json --tokens)";

struct TokenizeArguments {
  ModelArgument model;
  std::string input = "-";
  TextArguments texts;
  bool tokens = false;
  bool offsets = false;
};

Tokenizer load_tokenizer(const ModelArgument& model) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::is_regular_file(model.name, ignored)) return Tokenizer::load(model.name);
  const fs::path folder = model_folder(model);
  const fs::path nested = folder / "0_StaticEmbedding" / "tokenizer.json";
  const bool use_nested =
      !fs::exists(folder / "tokenizer.json", ignored) && fs::exists(nested, ignored);
  return Tokenizer::load(use_nested ? nested : folder);
}

void append_ids(std::string& out, std::span<const std::uint32_t> ids) {
  char digits[16];
  for (const std::uint32_t id : ids) {
    const auto end = std::to_chars(std::begin(digits), std::end(digits), id).ptr;
    out.append(digits, end);
    out += ' ';
  }
  if (!ids.empty()) out.pop_back();
  out += '\n';
}

void append_tokens(std::string& out, const Tokenizer& tokenizer,
                   std::span<const std::uint32_t> ids) {
  out += '[';
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i > 0) out += ", ";
    append_json(out, tokenizer.token(ids[i]).value_or(std::string_view()));
  }
  out += "]\n";
}

void append_offsets(std::string& out, const Tokenizer& tokenizer,
                    const std::vector<Token>& tokens) {
  out += '[';
  for (const Token& token : tokens) {
    if (out.back() != '[') out += ", ";
    out += '[';
    append_json(out, tokenizer.token(token.id).value_or(std::string_view()));
    out += ", " + std::to_string(token.begin) + ", " + std::to_string(token.end) + "]";
  }
  out += "]\n";
}

void run_tokenize(const TokenizeArguments& arguments) {
  const Tokenizer tokenizer = load_tokenizer(arguments.model);
  Reporter reporter;
  TextStream stream =
      TextStream::open(arguments.input, text_options(arguments.texts, reporter.on_event()));
  Output output;
  for (Texts texts = stream.next(); !texts.empty(); texts = stream.next()) {
    const TokenIds ids = arguments.offsets ? TokenIds() : tokenizer.encode(texts);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (arguments.offsets) {
        append_offsets(output.buffer(), tokenizer, tokenizer.encode_with_offsets(texts[i]));
      } else if (arguments.tokens) {
        append_tokens(output.buffer(), tokenizer, ids[i]);
      } else {
        append_ids(output.buffer(), ids[i]);
      }
      output.flush_if_full();
    }
    output.flush();
  }
}

}  // namespace

void add_tokenize(CLI::App& app) {
  const auto arguments = std::make_shared<TokenizeArguments>();
  CLI::App& command = *app.add_subcommand("tokenize", "Turn texts into token ids");
  command.footer(kTokenizeHelp);
  command
      .add_option("-m,--model", arguments->model.name,
                  "Folder or hub id of a model (static or a teacher), a compiled model, or a "
                  "tokenizer.json")
      ->required()
      ->type_name("MODEL");
  add_hub_options(command, arguments->model);
  add_text_argument(command, arguments->input, arguments->texts);
  CLI::Option* const tokens = command.add_flag("--tokens", arguments->tokens,
                                               "Print the tokens as a JSON list, not their ids");
  command
      .add_flag("--offsets", arguments->offsets,
                "Print [token, begin, end] as a JSON list; offsets are in code points")
      ->excludes(tokens);
  command.callback([arguments] { run_tokenize(*arguments); });
}

}  // namespace m2v::cli
