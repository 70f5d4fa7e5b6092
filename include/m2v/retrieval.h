#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "m2v/index.h"
#include "m2v/passage_search.h"

namespace m2v {

/// Documents, queries, and people's judgements of which documents answer which query.
struct RetrievalData {
  std::vector<std::string> document_ids;
  std::vector<std::string> documents;  ///< Title and text.
  std::vector<std::string> query_ids;  ///< Of those with judgements, in the order of their file.
  std::vector<std::string> queries;
  /// By query: grades by the document's id. From 1 on, a document is relevant.
  std::vector<std::map<std::string, int, std::less<>>> judgements;

  /// Reads a folder as BEIR (Thakur et al. 2021) lays it out: corpus.jsonl (_id, title, text),
  /// queries.jsonl (_id, text), qrels/SPLIT.tsv or else qrels.tsv (query-id, corpus-id, score under
  /// a header). Throws IoError, or FormatError with the line.
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
/// query without hits counts as 0. Throws std::invalid_argument for another number of rankings.
RetrievalScores score_rankings(const RetrievalData& data,
                               const std::vector<std::vector<Hit>>& rankings,
                               const std::vector<std::size_t>& cutoffs = {10, 100});

/// The rankings of all queries: at most options.k documents each. `search` is over
/// data.documents.
std::vector<std::vector<Hit>> rank_documents(const RetrievalData& data, const PassageSearch& search,
                                             const RankOptions& options);

}  // namespace m2v
