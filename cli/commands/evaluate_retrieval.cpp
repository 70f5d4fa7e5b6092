#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/ranking_options.h"
#include "cli/reporter.h"
#include "cli/terminal.h"
#include "m2v/retrieval.h"

namespace m2v::cli {
namespace {

constexpr char kEvaluateRetrievalHelp[] =
    R"(FOLDER has the layout of a BEIR data set: corpus.jsonl (_id, title, text),
queries.jsonl (_id, text) and qrels/test.tsv or qrels.tsv (query-id, corpus-id,
score). Prints nDCG, recall, MRR (recip_rank) and MAP over the best 1,000
documents per query, as computed by pytrec_eval, for each mode or for one. A
document with the query's id is not a hit, as in BEIR (--keep-identical-ids).

Examples:
  m2v evaluate-retrieval -m my-model scifact
  m2v evaluate-retrieval -m my-model scifact --mode hybrid --dense-weight 0.7 --json
  m2v evaluate-retrieval -m my-model scifact --mode dense --run dense.run)";

constexpr std::size_t kDepth = 1'000;

struct EvaluateRetrievalArguments {
  ModelArgument model;
  std::string folder;
  std::string split = "test";
  std::string run;
  RankingArguments ranking;
  unsigned threads = 0;
  bool json = false, keep_identical_ids = false, strict = false;
};

using Rankings = std::vector<std::vector<Hit>>;

struct Row {
  SearchMode mode;
  RetrievalScores scores;
};

/// Throws Error if an id is empty or contains whitespace, which separates the columns of a run
/// file.
void refuse_blanks(const std::vector<std::string>& ids, const std::string& what) {
  for (const std::string& id : ids) {
    if (!id.empty() && id.find_first_of(" \t\r\n\v\f") == std::string::npos) continue;
    throw Error(
        std::string("--run: the ")
            .append(what)
            .append(" id \"")
            .append(id)
            .append("\" is empty or contains whitespace, which the TREC format does not allow"));
  }
}

/// Writes rankings in TREC's run format: query, "Q0", document, rank, score, name of the run.
void write_run(const std::string& path, const RetrievalData& data, const Rankings& rankings) {
  std::string run;
  for (std::size_t q = 0; q < rankings.size(); ++q) {
    for (std::size_t i = 0; i < rankings[q].size(); ++i) {
      const Hit& hit = rankings[q][i];
      run += data.query_ids[q] + " Q0 " + data.document_ids[hit.id] + " " + std::to_string(i + 1) +
             " " + json_number(hit.score) + " m2v\n";
    }
  }
  write_file(path, run);
}

std::string numbers(const RetrievalScores& scores) {
  JsonObject json;
  for (std::size_t c = 0; c < scores.cutoffs.size(); ++c) {
    const std::string at = "@" + std::to_string(scores.cutoffs[c]);
    json.add("ndcg" + at, scores.ndcg[c]).add("recall" + at, scores.recall[c]);
  }
  return json.add("mrr", scores.mrr).add("map", scores.map).str();
}

void print_json(const RetrievalData& data, const std::vector<Row>& rows, std::size_t dropped) {
  JsonObject json;
  for (const Row& row : rows) json.add_raw(mode_name(row.mode), numbers(row.scores));
  json.add("documents", data.documents.size())
      .add("queries", data.queries.size())
      .add("unknown_queries", data.unknown_queries.size())
      .add("unknown_documents", data.unknown_documents)
      .add("identical_ids_dropped", dropped);
  Output output;
  output << json.str() << "\n";
  output.flush();
}

void print(const RetrievalData& data, const std::vector<Row>& rows, std::size_t dropped) {
  constexpr std::size_t kWidth = 12;
  const auto column = [](const std::string& text) {
    return std::string(kWidth > text.size() ? kWidth - text.size() : 1, ' ') + text;
  };
  std::string head(8, ' ');
  const std::vector<std::size_t>& cutoffs = rows.front().scores.cutoffs;
  for (const std::size_t k : cutoffs) head += column("nDCG@" + std::to_string(k));
  for (const std::size_t k : cutoffs) head += column("recall@" + std::to_string(k));
  Output output;
  output << head << column("MRR") << column("MAP") << "\n";
  for (const Row& row : rows) {
    const std::string name(mode_name(row.mode));
    output << name << std::string(8 - name.size(), ' ');
    for (const double value : row.scores.ndcg) output << column(fixed(value, 4));
    for (const double value : row.scores.recall) output << column(fixed(value, 4));
    output << column(fixed(row.scores.mrr, 4)) << column(fixed(row.scores.map, 4)) << "\n";
  }
  output << counted(data.documents.size(), "document") << ", "
         << counted(data.queries.size(), "query", "queries") << "\n";
  if (dropped > 0) {
    output << counted(dropped, "query", "queries") << (dropped == 1 ? " has" : " have")
           << " the id of a document, which does not count as a hit, as in BEIR "
              "(--keep-identical-ids)\n";
  }
  output.flush();
}

/// Warns of judgements that refer to unknown queries or documents. Throws Error if there are any
/// and `strict` is set.
void warn_of_unknown(const RetrievalData& data, Reporter& reporter, bool strict) {
  constexpr std::size_t kNamed = 10;
  const std::vector<std::string>& queries = data.unknown_queries;
  if (!queries.empty()) {
    std::string names;
    for (std::size_t i = 0; i < std::min(kNamed, queries.size()); ++i) {
      names += (i > 0 ? ", \"" : " \"") + queries[i] + "\"";
    }
    if (queries.size() > kNamed) names += ", ...";
    reporter.warn(
        counted(queries.size(), "query with judgements is", "queries with judgements are") +
        " not in queries.jsonl; ignored:" + names);
  }
  if (data.unknown_documents > 0) {
    reporter.warn(counted(data.unknown_documents, "judgement refers to a document that is",
                          "judgements refer to documents that are") +
                  " not in corpus.jsonl; no ranking can find them");
  }
  if (strict && (!queries.empty() || data.unknown_documents > 0)) {
    throw Error("--strict: judgements refer to unknown queries or documents");
  }
}

void run_evaluate_retrieval(const EvaluateRetrievalArguments& arguments) {
  std::vector<SearchMode> modes = {SearchMode::kDense, SearchMode::kLexical, SearchMode::kHybrid};
  if (!arguments.ranking.mode.empty()) modes = {mode_of(arguments.ranking, SearchMode::kHybrid)};
  if (modes.size() > 1 && !arguments.run.empty()) {
    throw std::invalid_argument("--run requires --mode, which selects the ranking to write");
  }
  const StaticModel model = load_model(model_path(arguments.model));
  const RetrievalData data = RetrievalData::read_beir(arguments.folder, arguments.split);
  if (!arguments.run.empty()) {
    refuse_blanks(data.query_ids, "query");
    refuse_blanks(data.document_ids, "document");
  }
  const std::vector<std::string_view> documents(data.documents.begin(), data.documents.end());
  const std::vector<std::string_view> queries(data.queries.begin(), data.queries.end());
  PassageSearchOptions options;
  options.mode = modes.back();
  options.queries = queries;
  options.lexical = lexical_options(arguments.ranking);
  options.threads = arguments.threads;
  std::vector<Row> rows;
  {
    Reporter reporter;
    warn_of_unknown(data, reporter, arguments.strict);
    const PassageSearch search(model, documents, options, reporter.on_event());
    for (const SearchMode mode : modes) {
      const Rankings rankings = rank_documents(
          data, search, rank_options(arguments.ranking, mode, kDepth, arguments.threads),
          arguments.keep_identical_ids);
      rows.push_back({mode, score_rankings(data, rankings)});
      if (!arguments.run.empty()) {
        write_run(arguments.run, data, rankings);
        reporter.note(arguments.run + ": the hits of " +
                      counted(rankings.size(), "query", "queries"));
      }
    }
  }
  const std::size_t dropped = arguments.keep_identical_ids ? 0 : data.identical_ids();
  arguments.json ? print_json(data, rows, dropped) : print(data, rows, dropped);
}

}  // namespace

void add_evaluate_retrieval(CLI::App& app) {
  const auto arguments = std::make_shared<EvaluateRetrievalArguments>();
  CLI::App& command =
      *app.add_subcommand("evaluate-retrieval", "Measure how well questions find their answers");
  command.footer(kEvaluateRetrievalHelp);
  add_model_option(command, arguments->model);
  command.add_option("FOLDER", arguments->folder, "Documents, queries and judgements")
      ->required()
      ->type_name("");
  command
      .add_option("--split", arguments->split, "Judgements to use: qrels/NAME.tsv (default: test)")
      ->type_name("NAME");
  command.add_option("--run", arguments->run, "Write the ranking in TREC run format")
      ->type_name("FILE");
  command.add_flag("--keep-identical-ids", arguments->keep_identical_ids,
                   "Count documents with the query's id as hits");
  add_ranking_options(command, arguments->ranking, "all three");
  add_threads_option(command, arguments->threads);
  command.add_flag("--strict", arguments->strict,
                   "Fail if a judgement refers to an unknown query or document");
  command.add_flag("--json", arguments->json, "One JSON object instead of text");
  command.callback([arguments] { run_evaluate_retrieval(*arguments); });
}

}  // namespace m2v::cli
