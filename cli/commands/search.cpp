#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reporter.h"
#include "cli/terminal.h"
#include "m2v/error.h"
#include "m2v/index.h"
#include "m2v/io.h"
#include "m2v/static_model.h"

namespace m2v::cli {
namespace {

constexpr char kHelp[] =
    R"(Embeds every line of the documents, finds the ones nearest to each query by
cosine similarity (exactly: no index is built) and prints them: rank, score,
line number, text. Lines without a word that the model knows are left out.

Examples:
  m2v search -m my-model --documents notes.txt "how do birds stay in the air?"
  m2v search -m my-model --documents faq.jsonl -k 3 "refund" "opening hours"
  m2v search -m my-model --documents faq.jsonl --json "refund")";

constexpr std::size_t kBlock = 16'384;

struct Arguments {
  ModelArgument model;
  std::string documents;
  std::vector<std::string> queries;
  std::size_t k = 10;
  unsigned threads = 0;
  bool json = false;
};

struct Answer {
  std::string query;
  bool known = false;  ///< Whether the model knows any of its words.
  std::vector<Hit> hits;
};

struct Result {
  std::vector<Answer> answers;
  std::size_t documents = 0;
  double embed_ms = 0;
  double search_ms = 0;
};

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

bool is_zero(std::span<const float> vector) {
  return std::all_of(vector.begin(), vector.end(), [](float value) { return value == 0; });
}

/// The index normalizes, once and in float64.
EncodeOptions encode_options(const Arguments& arguments) {
  EncodeOptions options;
  options.normalize = false;
  options.threads = arguments.threads;
  return options;
}

/// The documents' vectors, without the zero ones; an id is the number of a line, from 0.
Index embed_documents(const StaticModel& model, Texts texts, const Arguments& arguments) {
  const EncodeOptions options = encode_options(arguments);
  const std::size_t dim = model.dim();
  Index index(dim);
  Reporter reporter;
  std::vector<float> vectors(std::min(kBlock, texts.size()) * dim);
  std::vector<std::uint64_t> ids;
  for (std::size_t begin = 0; begin < texts.size(); begin += kBlock) {
    const Texts block = texts.subspan(begin, std::min(kBlock, texts.size() - begin));
    model.encode(block, std::span(vectors).first(block.size() * dim), options);
    ids.clear();
    for (std::size_t i = 0; i < block.size(); ++i) {
      const auto vector = std::span(vectors).subspan(i * dim, dim);
      if (is_zero(vector)) continue;
      if (ids.size() < i)
        std::copy(vector.begin(), vector.end(), vectors.data() + ids.size() * dim);
      ids.push_back(begin + i);
    }
    index.add(ids, MatrixView(vectors.data(), ids.size(), dim));
    reporter.progress("embedding", begin + block.size(), texts.size());
  }
  return index;
}

Result search_documents(const StaticModel& model, Texts texts, const Arguments& arguments) {
  Result result;
  result.documents = texts.size();
  auto start = std::chrono::steady_clock::now();
  const Index index = embed_documents(model, texts, arguments);
  result.embed_ms = milliseconds_since(start);
  if (index.size() == 0) {
    throw Error(arguments.documents + ": no line has a word that the model knows");
  }
  start = std::chrono::steady_clock::now();
  const std::vector<std::string_view> queries(arguments.queries.begin(), arguments.queries.end());
  const Matrix vectors = model.encode(queries, encode_options(arguments));
  auto hits = index.search(vectors, arguments.k, {.threads = arguments.threads});
  result.search_ms = milliseconds_since(start);
  for (std::size_t q = 0; q < queries.size(); ++q) {
    const bool known = !is_zero(vectors.row(q));
    result.answers.push_back({arguments.queries[q], known, {}});
    if (known) result.answers.back().hits = std::move(hits[q]);
  }
  return result;
}

std::string as_json(const Result& result, Texts texts) {
  std::string queries = "[";
  for (const Answer& answer : result.answers) {
    std::string hits = "[";
    for (std::size_t i = 0; i < answer.hits.size(); ++i) {
      const Hit& hit = answer.hits[i];
      if (i > 0) hits += ", ";
      hits += JsonObject()
                  .add("rank", i + 1)
                  .add("score", hit.score)
                  .add("line", hit.id + 1)
                  .add("text", texts[hit.id])
                  .str();
    }
    if (queries.size() > 1) queries += ", ";
    queries += JsonObject().add("query", answer.query).add_raw("hits", hits + "]").str();
  }
  return JsonObject()
      .add_raw("queries", queries + "]")
      .add("documents", result.documents)
      .add("embed_ms", rounded(result.embed_ms))
      .add("search_ms", rounded(result.search_ms))
      .str();
}

std::string padded(const std::string& text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

void print_answer(Output& output, const Answer& answer, Texts texts, std::size_t columns) {
  output << printable(answer.query) << "\n";
  if (!answer.known) {
    output << "  no word of this query is in the model's vocabulary\n\n";
    return;
  }
  std::uint64_t last_line = 0;
  for (const Hit& hit : answer.hits) last_line = std::max(last_line, hit.id + 1);
  const std::size_t line_width = std::to_string(last_line).size();
  for (std::size_t i = 0; i < answer.hits.size(); ++i) {
    const Hit& hit = answer.hits[i];
    const std::string head = padded(std::to_string(i + 1), 4) + "  " +
                             padded(fixed(static_cast<double>(hit.score), 3), 6) + "  " +
                             padded(std::to_string(hit.id + 1), line_width) + "  ";
    const std::size_t room = columns > head.size() + 8 ? columns - head.size() : 0;
    output << head << printable(texts[hit.id], room) << "\n";
  }
  output << "\n";
}

void print(const Result& result, Texts texts) {
  Output output;
  const std::size_t columns = terminal_columns();
  for (const Answer& answer : result.answers) print_answer(output, answer, texts, columns);
  output << with_separators(result.documents) << " documents embedded in "
         << fixed(result.embed_ms, 1) << " ms, " << std::to_string(result.answers.size())
         << (result.answers.size() == 1 ? " query" : " queries") << " searched in "
         << fixed(result.search_ms, 2) << " ms\n";
  output.flush();
}

void run(const Arguments& arguments) {
  for (const std::string& query : arguments.queries) {
    if (query.find_first_not_of(" \t\r\n") == std::string::npos) {
      throw std::invalid_argument("a query is empty: pass the text to look for");
    }
  }
  const StaticModel model = load_model(model_path(arguments.model));
  const TextFile file = TextFile::read(arguments.documents);
  const Texts texts = file.texts();
  if (texts.empty()) throw Error(arguments.documents + ": has no texts to search");
  const Result result = search_documents(model, texts, arguments);
  if (arguments.json) {
    Output output;
    output << as_json(result, texts) << "\n";
    output.flush();
  } else {
    print(result, texts);
  }
  if (std::none_of(result.answers.begin(), result.answers.end(),
                   [](const Answer& answer) { return answer.known; })) {
    throw Error("no query has a word that the model knows");
  }
}

}  // namespace

void add_search(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = *app.add_subcommand("search", "Find the texts nearest in meaning to a query");
  command.footer(kHelp);
  add_model_option(command, arguments->model);
  command
      .add_option("--documents", arguments->documents,
                  "The texts to search: .jsonl (field \"text\"), .tsv (last column), otherwise one "
                  "a line; - reads standard input")
      ->required()
      ->type_name("FILE");
  command.add_option("-k", arguments->k, "Hits a query (default: 10)")
      ->check(CLI::Validator(CLI::PositiveNumber).description(""))
      ->type_name("N");
  command.add_option("QUERY", arguments->queries, "What to look for; several are possible")
      ->required()
      ->type_name("");
  add_threads_option(command, arguments->threads);
  command.add_flag("--json", arguments->json, "One JSON object instead of text");
  command.callback([arguments] { run(*arguments); });
}

}  // namespace m2v::cli
