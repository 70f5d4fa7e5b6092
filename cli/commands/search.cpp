#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/live_search.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/ranking_options.h"
#include "cli/reporter.h"
#include "cli/search_results.h"
#include "cli/terminal.h"
#include "cli/text_options.h"
#include "cli/validators.h"
#include "m2v/corpus.h"
#include "m2v/error.h"
#include "m2v/passage_search.h"
#include "m2v/static_model.h"
#include "m2v/text_file.h"

namespace m2v::cli {
namespace {

constexpr char kSearchHelp[] =
    R"(Searches a folder, or the lines of a file, without building an index first.

A folder: text, Markdown, HTML, JSONL, CSV, source code and, with pdftotext, PDF
files are read and split into passages; unreadable files are skipped with a
warning. Passages are ranked by meaning and by words (--mode hybrid). Prints
rank, score, file and line, headings, and the passage around its best sentence.

A file: each line is a text, ranked by meaning (--mode dense: the cosine). Prints
rank, score, line number and text.

Examples:
  m2v search -m my-model --documents notes/ "how do birds stay in the air?"
  m2v search -m my-model --documents src/ --include '*.cpp' --explain "thread pool"
  m2v search -m my-model --documents notes/ --interactive
  m2v search -m my-model --documents faq.jsonl -k 3 --json "refund" "opening hours")";

struct SearchArguments {
  ModelArgument model;
  std::string documents;
  TextArguments format;
  std::vector<std::string> queries;
  RankingArguments ranking;
  std::optional<std::size_t> passage_tokens, overlap;
  std::vector<std::string> include, exclude;
  std::size_t k = 10;
  unsigned threads = 0;
  bool interactive = false, explain = false, full = false, no_color = false, json = false;
  bool strict = false;
};

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

bool is_empty(const std::string& query) {
  return query.find_first_not_of(" \t\r\n") == std::string::npos;
}

/// The texts to search, their index, and the options for ranking.
struct Collection {
  bool is_folder;  ///< Whether --documents is a folder rather than a file of texts.
  StaticModel model;
  Corpus corpus;
  std::optional<PassageSearch> search;
  RankOptions ranking;
  double read_ms = 0, embed_ms = 0;  ///< Time to read and to embed the texts, in milliseconds.
};

void check(const SearchArguments& arguments, bool is_folder) {
  if (arguments.queries.empty() && !arguments.interactive) {
    throw std::invalid_argument("no query: pass one, or use --interactive");
  }
  for (const std::string& query : arguments.queries) {
    if (is_empty(query)) {
      throw std::invalid_argument("a query is empty");
    }
  }
  if (arguments.interactive && arguments.documents == "-") {
    throw std::invalid_argument(
        "--interactive reads queries from standard input; --documents must be a path");
  }
  const bool for_folders = arguments.passage_tokens || arguments.overlap ||
                           !arguments.include.empty() || !arguments.exclude.empty();
  if (for_folders && !is_folder) {
    throw std::invalid_argument(
        "--passage-tokens, --overlap, --include and --exclude require a folder, and " +
        arguments.documents + " is not one");
  }
  const bool for_files = !arguments.format.format.empty() || !arguments.format.text_field.empty();
  if (for_files && is_folder) {
    throw std::invalid_argument("--format and --text-field require a file of texts, and " +
                                arguments.documents + " is a folder");
  }
}

Corpus read_corpus(const SearchArguments& arguments, bool is_folder, const Tokenizer& tokenizer,
                   const OnEvent& on_event) {
  if (!is_folder) {
    return Corpus::from_lines(
        TextFile::read(arguments.documents, text_options(arguments.format, on_event)),
        arguments.documents);
  }
  CorpusOptions options;
  if (arguments.passage_tokens) options.passage_tokens = *arguments.passage_tokens;
  options.overlap_tokens =
      arguments.overlap.value_or(std::min(options.overlap_tokens, options.passage_tokens / 4));
  options.include = arguments.include;
  options.exclude = arguments.exclude;
  options.threads = arguments.threads;
  return Corpus::read(arguments.documents, tokenizer, options, on_event);
}

/// Throws Error if a file or row could not be read (--strict). Warnings have been given already.
void refuse_left_out(const Corpus& corpus) {
  const std::size_t files = corpus.unreadable(), rows = corpus.rows_left_out();
  if (files == 0 && rows == 0) return;
  throw Error("--strict: " + with_separators(files) + (files == 1 ? " file" : " files") + " and " +
              with_separators(rows) + (rows == 1 ? " row" : " rows") + " could not be read");
}

/// Reads the texts, embeds them and builds the lexical index, as far as the search mode needs them.
/// Throws Error if there is nothing to search.
Collection collect(const SearchArguments& arguments) {
  std::error_code ignored;
  const bool is_folder = std::filesystem::is_directory(arguments.documents, ignored);
  check(arguments, is_folder);
  const SearchMode mode =
      mode_of(arguments.ranking, is_folder ? SearchMode::kHybrid : SearchMode::kDense);
  StaticModel model = load_model(model_path(arguments.model));
  Reporter reporter;
  auto start = std::chrono::steady_clock::now();
  Corpus corpus = read_corpus(arguments, is_folder, model.tokenizer(), reporter.on_event());
  Collection collection{is_folder, std::move(model), std::move(corpus), std::nullopt,
                        rank_options(arguments.ranking, mode, arguments.k, arguments.threads)};
  collection.read_ms = milliseconds_since(start);
  if (arguments.strict) refuse_left_out(collection.corpus);
  if (collection.corpus.passages().empty()) {
    throw Error(arguments.documents + ": contains no texts to search" +
                (is_folder ? " (use --include for files of other types)" : ""));
  }
  start = std::chrono::steady_clock::now();
  const std::vector<std::string_view> queries(arguments.queries.begin(), arguments.queries.end());
  PassageSearchOptions options;
  options.mode = mode;
  options.lexical = lexical_options(arguments.ranking);
  options.threads = arguments.threads;
  if (!arguments.interactive) options.queries = queries;
  // Passages already have the requested length; lines are truncated as `m2v encode` does.
  if (is_folder) options.max_length = kNoLimit;
  collection.search.emplace(collection.model, collection.corpus.texts(), options,
                            reporter.on_event());
  collection.embed_ms = milliseconds_since(start);
  if (mode == SearchMode::kDense && collection.search->embedded() == 0) {
    throw Error(arguments.documents + ": no " + (is_folder ? "passage" : "line") +
                " contains a word of the model's vocabulary");
  }
  return collection;
}

std::string summary(const Collection& collection, std::size_t queries, double search_ms) {
  const std::size_t passages = collection.corpus.passages().size();
  // Lexical search needs no vectors.
  const bool embeds = collection.ranking.mode != SearchMode::kLexical;
  const std::string prepared = embeds ? "embedded" : "indexed";
  std::string line;
  if (collection.is_folder) {
    const std::size_t files = collection.corpus.files();
    line = counted(passages, "passage") + " of " + counted(files, "file") + " read in " +
           fixed(collection.read_ms, 1) + " ms and " + prepared + " in ";
  } else {
    line = counted(passages, "document") + " " + prepared + " in ";
  }
  line += fixed(collection.embed_ms, 1) + " ms, " + counted(queries, "query", "queries") +
          " searched in " + fixed(search_ms, 2) + " ms";
  if (const std::size_t left_out = collection.corpus.unreadable(); left_out > 0) {
    line += "; " + counted(left_out, "file") + " left out";
  }
  if (const std::size_t rows = collection.corpus.rows_left_out(); rows > 0) {
    line += "; " + counted(rows, "row") + " left out";
  }
  return line + "\n";
}

std::string unknown_words(SearchMode mode) {
  switch (mode) {
    case SearchMode::kDense:
      return "no word of this query is in the model's vocabulary";
    case SearchMode::kLexical:
      return "no passage contains a word of this query";
    case SearchMode::kHybrid:
      break;
  }
  return "no word of this query occurs in the model's vocabulary or in a passage";
}

ResultLayout layout_of(const SearchArguments& arguments, const Collection& collection) {
  return {.columns = terminal_columns(STDOUT_FILENO),
          .lines = arguments.full ? std::size_t{0} : std::size_t{3},
          .explain = arguments.explain,
          .lines_of_file = !collection.is_folder,
          .palette = palette_for_output(arguments.no_color)};
}

void print_answer(Output& output, const SearchResult& result, const Collection& collection,
                  const ResultLayout& layout) {
  output << printable(result.query) << "\n";
  if (!result.answer.known) output << "  " << unknown_words(collection.ranking.mode) << "\n";
  output << text_of(result, collection.corpus, layout) << "\n";
}

void print(const SearchArguments& arguments, const Collection& collection,
           const std::vector<SearchResult>& results, double search_ms) {
  Output output;
  const ResultLayout layout = layout_of(arguments, collection);
  for (const SearchResult& result : results) print_answer(output, result, collection, layout);
  output << summary(collection, results.size(), search_ms);
  output.flush();
}

std::string json_of(const SearchResult& result, const Collection& collection, bool explain) {
  return json_of(result, collection.corpus, collection.model.tokenizer(), explain,
                 !collection.is_folder);
}

/// Returns a JSON list with one sentence per file or folder that could not be read.
std::string left_out_json(const Corpus& corpus) {
  std::string list = "[";
  for (const std::string& sentence : corpus.left_out()) {
    if (list.size() > 1) list += ", ";
    append_json(list, sentence);
  }
  return list + "]";
}

void print_json(const SearchArguments& arguments, const Collection& collection,
                const std::vector<SearchResult>& results, double search_ms) {
  std::string queries = "[";
  for (const SearchResult& result : results) {
    if (queries.size() > 1) queries += ", ";
    queries += json_of(result, collection, arguments.explain);
  }
  JsonObject json;
  json.add_raw("queries", queries + "]")
      .add("mode", mode_name(collection.ranking.mode))
      .add(collection.is_folder ? "passages" : "documents", collection.corpus.passages().size());
  if (collection.is_folder) {
    json.add("files", collection.corpus.files())
        .add("unreadable", collection.corpus.unreadable())
        .add_raw("left_out", left_out_json(collection.corpus))
        .add("rows_left_out", collection.corpus.rows_left_out())
        .add("other_files", collection.corpus.other_files())
        .add("read_ms", rounded(collection.read_ms));
  }
  Output output;
  output << json.add("embed_ms", rounded(collection.embed_ms))
                .add("search_ms", rounded(search_ms))
                .str()
         << "\n";
  output.flush();
}

/// Adds explanations to the results if the output uses them. Lines of a file need none unless
/// --json or --explain is given, because no best sentence is highlighted in them.
void add_explanations(const SearchArguments& arguments, const Collection& collection,
                      std::vector<SearchResult>& results) {
  if (arguments.json || arguments.explain || collection.is_folder) {
    explain(*collection.search, results, arguments.threads);
  }
}

SearchResult find_one(const SearchArguments& arguments, const Collection& collection,
                      const std::string& query, const RankOptions& ranking) {
  std::vector<SearchResult> results = find(*collection.search, {query}, ranking);
  add_explanations(arguments, collection, results);
  return std::move(results.front());
}

/// Answers the given queries, then one query per line of standard input, each as soon as it is
/// read.
void answer_lines(const SearchArguments& arguments, const Collection& collection) {
  const ResultLayout layout = layout_of(arguments, collection);
  const auto answer = [&](const std::string& query) {
    if (is_empty(query)) return;
    const SearchResult result = find_one(arguments, collection, query, collection.ranking);
    Output output;
    if (arguments.json) {
      output << json_of(result, collection, arguments.explain) << "\n";
    } else {
      print_answer(output, result, collection, layout);
    }
    output.flush();
  };
  for (const std::string& query : arguments.queries) answer(query);
  TextStream lines = TextStream::open("-");
  for (Texts queries = lines.next(); !queries.empty(); queries = lines.next()) {
    for (const std::string_view query : queries) answer(std::string(query));
  }
}

void run_interactive(const SearchArguments& arguments, const Collection& collection) {
  if (!is_terminal(STDIN_FILENO) || !is_terminal(STDOUT_FILENO)) {
    return answer_lines(arguments, collection);
  }
  search_while_typing(arguments.queries.empty() ? "" : arguments.queries.front(),
                      [&](const std::string& query, std::size_t columns, std::size_t lines) {
                        if (is_empty(query)) {
                          return counted(collection.corpus.passages().size(), "passage") +
                                 ". Type a query; Enter keeps the answer, Ctrl-C quits.\n";
                        }
                        RankOptions ranking = collection.ranking;
                        ranking.k = std::min(ranking.k, std::max<std::size_t>(1, lines / 3));
                        const SearchResult result = find_one(arguments, collection, query, ranking);
                        if (!result.answer.known) return unknown_words(ranking.mode) + "\n";
                        ResultLayout layout = layout_of(arguments, collection);
                        layout.columns = columns;
                        layout.lines = 2;
                        return text_of(result, collection.corpus, layout);
                      });
}

void run_search(const SearchArguments& arguments) {
  const Collection collection = collect(arguments);
  if (arguments.interactive) return run_interactive(arguments, collection);
  const auto start = std::chrono::steady_clock::now();
  std::vector<SearchResult> results =
      find(*collection.search, arguments.queries, collection.ranking);
  const double search_ms = milliseconds_since(start);
  add_explanations(arguments, collection, results);
  if (arguments.json) {
    print_json(arguments, collection, results, search_ms);
  } else {
    print(arguments, collection, results, search_ms);
  }
  if (std::ranges::none_of(results, [](const auto& result) { return result.answer.known; })) {
    throw Error("no query contains a known word");
  }
}

void add_folder_options(CLI::App& command, SearchArguments& arguments) {
  constexpr char kFolders[] = "Folders";
  command
      .add_option("--passage-tokens", arguments.passage_tokens,
                  "Maximum length of a passage in tokens (default: 200)")
      ->check(whole_number(1))
      ->type_name("N")
      ->group(kFolders);
  command
      .add_option("--overlap", arguments.overlap,
                  "Maximum overlap in tokens where a paragraph is split (default: 32, or a quarter "
                  "of a passage)")
      ->check(whole_number(0))
      ->type_name("N")
      ->group(kFolders);
  command
      .add_option("--include", arguments.include,
                  "Only files with this name ('*.md') or path ('drafts/*'); may be repeated")
      ->allow_extra_args(false)
      ->type_name("PATTERN")
      ->group(kFolders);
  command
      .add_option("--exclude", arguments.exclude,
                  "Skip files and folders with this name or path; may be repeated")
      ->allow_extra_args(false)
      ->type_name("PATTERN")
      ->group(kFolders);
}

}  // namespace

void add_search(CLI::App& app) {
  const auto arguments = std::make_shared<SearchArguments>();
  CLI::App& command = *app.add_subcommand("search", "Find the texts nearest in meaning to a query");
  command.footer(kSearchHelp);
  add_model_option(command, arguments->model);
  command
      .add_option("--documents", arguments->documents,
                  "What to search: a folder; or a file of texts: .jsonl or .ndjson (field "
                  "\"text\"), .csv (column \"text\"), .tsv (last column), otherwise one per line; "
                  "- reads standard input")
      ->required()
      ->type_name("PATH");
  add_text_options(command, arguments->format, "A file of texts");
  command.add_option("-k", arguments->k, "Hits per query (default: 10)")
      ->check(whole_number(1))
      ->type_name("N");
  command.add_option("QUERY", arguments->queries, "Text to search for; may be repeated")
      ->type_name("");
  command.add_flag("--interactive", arguments->interactive,
                   "Answer as you type; without a terminal, one query per line");
  command.add_flag("--explain", arguments->explain,
                   "Show the contribution of each word to the score");
  add_ranking_options(command, arguments->ranking, "hybrid for a folder, dense for a file");
  add_folder_options(command, *arguments);
  command.add_flag("--full", arguments->full, "Show whole passages");
  command.add_flag("--no-color", arguments->no_color, "No colours (also: NO_COLOR=1)");
  command.add_flag("--strict", arguments->strict, "Fail if a file or row cannot be read");
  add_threads_option(command, arguments->threads);
  command.add_flag("--json", arguments->json, "One JSON object instead of text");
  command.callback([arguments] { run_search(*arguments); });
}

}  // namespace m2v::cli
