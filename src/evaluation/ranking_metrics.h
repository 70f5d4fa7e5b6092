#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace m2v::evaluation {

// Metrics of one ranking, as defined by trec_eval 9 and thus pytrec_eval. `grades` are the grades
// of the documents found, in the order of trec_order(); 0 for documents without a judgement. A
// document is relevant if its grade is 1 or more. All metrics are 0 if no document is relevant.

/// Returns the positions of the documents in the order in which trec_eval ranks a run, whatever its
/// own order: by descending score, as float32, and ties by descending document id.
std::vector<std::size_t> trec_order(std::span<const std::string_view> documents,
                                    std::span<const float> scores);

/// Returns nDCG (ndcg_cut_k in trec_eval): the sum of grade / log2(1 + rank) over the first k
/// documents, divided by the largest possible sum. `judged` are the grades of all judged documents,
/// in any order. k = 0 means no limit (ndcg in trec_eval).
double ndcg(std::span<const int> grades, std::span<const int> judged, std::size_t k);

/// Returns the recall (recall_k): the fraction of relevant documents that are among the first k.
/// `relevant` is the number of relevant documents.
double recall(std::span<const int> grades, std::size_t relevant, std::size_t k);

/// Returns the reciprocal rank (recip_rank): 1 / the rank, from 1, of the first relevant document.
double reciprocal_rank(std::span<const int> grades);

/// Returns the average precision (map): the mean of the precision at the rank of each relevant
/// document. `relevant` is their number; those that were not found count as 0.
double average_precision(std::span<const int> grades, std::size_t relevant);

}  // namespace m2v::evaluation
