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

// Evaluation of retrieval on data sets in the layout of BEIR: nDCG, recall, MRR and MAP.
//
//   const auto data = m2v::RetrievalData::read_beir("path/to/scifact");
//   const std::vector<std::string_view> texts(data.documents.begin(), data.documents.end());
//   const auto rankings = m2v::rank_documents(data, m2v::PassageSearch(model, texts), {.k = 100});
//   const double ndcg_at_10 = m2v::score_rankings(data, rankings).ndcg[0];

namespace m2v {

/// A retrieval data set: documents, queries, and human judgements of which documents are relevant
/// to which queries.
struct M2V_API RetrievalData {
  std::vector<std::string> document_ids;  ///< One per document.
  std::vector<std::string> documents;     ///< Title and text, separated by a space.
  std::vector<std::string> query_ids;  ///< Ids of the queries that have judgements, in file order.
  std::vector<std::string> queries;    ///< The texts of these queries.
  /// For each query, grades by document id. A grade of 1 or more means relevant.
  std::vector<std::map<std::string, int, std::less<>>> judgements;

  /// Sorted ids of queries that have judgements but no text. Their judgements are not used.
  std::vector<std::string> unknown_queries;
  /// Number of judgements of documents that do not exist. They count as not found, as in
  /// pytrec_eval.
  std::size_t unknown_documents = 0;

  /// Returns the number of queries whose id is also the id of a document.
  std::size_t identical_ids() const;

  /// Reads a folder in the layout of BEIR (Thakur et al. 2021): corpus.jsonl (_id, title, text),
  /// queries.jsonl (_id, text), and qrels/SPLIT.tsv or, if there is none, qrels.tsv (query-id,
  /// corpus-id, score, with or without a header; or the four columns of TREC). If a pair is judged
  /// twice, the last judgement counts. Throws IoError; FormatError, with the line, also if an id
  /// occurs twice; or Error if no query has a judgement.
  [[nodiscard]] static RetrievalData read_beir(const std::filesystem::path& folder,
                                               const std::string& split = "test");
};

/// Retrieval metrics, averaged over the queries. They equal those of pytrec_eval (and trec_eval)
/// for the same ranking.
struct RetrievalScores {
  std::vector<std::size_t> cutoffs;  ///< The numbers of hits at which ndcg and recall are computed.
  std::vector<double> ndcg;          ///< One per cutoff; ndcg_cut in trec_eval.
  std::vector<double> recall;        ///< One per cutoff.
  double mrr = 0;                    ///< Mean reciprocal rank; recip_rank in trec_eval.
  double map = 0;                    ///< Mean average precision.
};

/// Computes the metrics of one ranking per query. The ids of the hits are positions of documents.
/// Ties are broken as trec_eval does. A query without hits counts as 0. Throws
/// std::invalid_argument if there is not one ranking per query, or if a ranking contains a document
/// twice; no metric can therefore exceed 1.
[[nodiscard]] M2V_API RetrievalScores score_rankings(const RetrievalData& data,
                                                     const std::vector<std::vector<Hit>>& rankings,
                                                     const std::vector<std::size_t>& cutoffs = {
                                                         10, 100});

/// Searches for every query and returns one ranking each, of at most options.k documents. `search`
/// must have been made of data.documents, in their order. A document with the same id as the query
/// is dropped, as in BEIR, unless `keep_identical_ids` is set.
[[nodiscard]] M2V_API std::vector<std::vector<Hit>> rank_documents(const RetrievalData& data,
                                                                   const PassageSearch& search,
                                                                   const RankOptions& options,
                                                                   bool keep_identical_ids = false);

}  // namespace m2v
