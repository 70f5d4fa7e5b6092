#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "m2v/export.h"
#include "m2v/index.h"
#include "m2v/passage_search.h"

namespace m2v {

/// Documents, queries, and people's judgements of which documents answer which query.
struct M2V_API RetrievalData {
  std::vector<std::string> document_ids;
  std::vector<std::string> documents;  ///< Title and text.
  std::vector<std::string> query_ids;  ///< Of those with judgements, in the order of their file.
  std::vector<std::string> queries;
  /// By query: grades by the document's id. From 1 on, a document is relevant.
  std::vector<std::map<std::string, int, std::less<>>> judgements;

  /// Ids of queries that have judgements and are not there: these are of no use. Sorted.
  std::vector<std::string> unknown_queries;
  /// Judgements of documents that are not there, which count as not found, as in pytrec_eval.
  std::size_t unknown_documents = 0;

  /// How many queries have the id of a document.
  std::size_t identical_ids() const;

  /// Reads a folder as BEIR (Thakur et al. 2021) lays it out: corpus.jsonl (_id, title, text),
  /// queries.jsonl (_id, text), qrels/SPLIT.tsv or else qrels.tsv (query-id, corpus-id, score, with
  /// a header or without, or TREC's four columns). Of two judgements of a pair the last one counts.
  /// Throws IoError, or FormatError with the line: for an id that is there twice, too.
  static RetrievalData read_beir(const std::filesystem::path& folder,
                                 const std::string& split = "test");
};

/// Means over the queries, equal to those of pytrec_eval (and trec_eval) for the same ranking.
struct RetrievalScores {
  std::vector<std::size_t> cutoffs;
  std::vector<double> ndcg;    ///< ndcg_cut, by cut-off.
  std::vector<double> recall;  ///< By cut-off.
  double mrr = 0;              ///< recip_rank
  double map = 0;
};

/// Measures rankings, one a query, of positions of documents. Ties are broken as trec_eval does. A
/// query without hits counts as 0. Throws std::invalid_argument for another number of rankings, and
/// for one that has a document twice; so no metric is above 1.
M2V_API RetrievalScores score_rankings(const RetrievalData& data,
                                       const std::vector<std::vector<Hit>>& rankings,
                                       const std::vector<std::size_t>& cutoffs = {10, 100});

/// The rankings of all queries: at most options.k documents each. `search` is over
/// data.documents. A document with the query's own id is no hit, as in BEIR, unless
/// `keep_identical_ids` is set.
M2V_API std::vector<std::vector<Hit>> rank_documents(const RetrievalData& data,
                                                     const PassageSearch& search,
                                                     const RankOptions& options,
                                                     bool keep_identical_ids = false);

}  // namespace m2v
