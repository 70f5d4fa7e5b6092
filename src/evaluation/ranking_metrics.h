#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace m2v::metrics {

// Measures of one ranking, as trec_eval 9 (and so pytrec_eval) defines them. `grades` are those of
// the documents found, in the order of trec_order(); 0: not judged. A document is relevant from
// grade 1 on. All are 0 if there is nothing to be found.

/// The order in which trec_eval reads a run, whatever order it is in: scores, as float32, from high
/// to low; ties by the document's name, from the last to the first. Returns positions.
std::vector<std::size_t> trec_order(std::span<const std::string_view> documents,
                                    std::span<const float> scores);

/// ndcg_cut_k: gains are grades, divided by log2(1 + rank), over those of the best order possible.
/// `judged`: the grades of all judged documents. k = 0: no limit (ndcg).
double ndcg(std::span<const int> grades, std::span<const int> judged, std::size_t k);

/// recall_k: the part of the `relevant` documents that is among the first k.
double recall(std::span<const int> grades, std::size_t relevant, std::size_t k);

/// recip_rank: 1 / the rank of the first relevant document.
double reciprocal_rank(std::span<const int> grades);

/// map: the mean, over the `relevant` documents, of the precision at their ranks.
double average_precision(std::span<const int> grades, std::size_t relevant);

}  // namespace m2v::metrics
