#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

#include "base/counted.h"
#include "evaluation/ranking_metrics.h"
#include "m2v/retrieval.h"

namespace m2v {
namespace {

/// Throws std::invalid_argument if an id occurs twice. The metrics assume that each occurs once.
void check_unique(std::vector<std::string_view> ids) {
  std::ranges::sort(ids);
  const auto repeated = std::ranges::adjacent_find(ids);
  if (repeated != ids.end()) {
    throw std::invalid_argument("a ranking has the document \"" + std::string(*repeated) +
                                "\" twice");
  }
}

std::unordered_map<std::string_view, std::size_t> positions_by_id(const RetrievalData& data) {
  std::unordered_map<std::string_view, std::size_t> positions;
  for (std::size_t i = 0; i < data.document_ids.size(); ++i) {
    positions.emplace(data.document_ids[i], i);
  }
  return positions;
}

}  // namespace

std::size_t RetrievalData::identical_ids() const {
  const auto positions = positions_by_id(*this);
  return static_cast<std::size_t>(std::ranges::count_if(
      query_ids, [&](const std::string& id) { return positions.contains(id); }));
}

std::vector<std::vector<Hit>> rank_documents(const RetrievalData& data, const PassageSearch& search,
                                             const RankOptions& options, bool keep_identical_ids) {
  const std::vector<std::string_view> queries(data.queries.begin(), data.queries.end());
  const auto positions = positions_by_id(data);
  const bool drops = !keep_identical_ids && data.identical_ids() > 0;
  RankOptions asked = options;
  if (drops) ++asked.k;  // one more, since one may be dropped
  std::vector<std::vector<Hit>> rankings;
  for (const PassageAnswer& answer : search.search(queries, asked)) {
    const auto found = positions.find(data.query_ids[rankings.size()]);
    std::vector<Hit>& ranking = rankings.emplace_back();
    for (const PassageHit& hit : answer.hits) {
      if (drops && found != positions.end() && hit.passage == found->second) continue;
      if (ranking.size() == options.k) break;
      ranking.push_back({hit.passage, static_cast<float>(hit.score)});
    }
  }
  return rankings;
}

RetrievalScores score_rankings(const RetrievalData& data,
                               const std::vector<std::vector<Hit>>& rankings,
                               const std::vector<std::size_t>& cutoffs) {
  if (rankings.size() != data.queries.size()) {
    throw std::invalid_argument("there are " + base::counted(rankings.size(), "ranking") + " for " +
                                base::counted(data.queries.size(), "query", "queries"));
  }
  RetrievalScores result{cutoffs, std::vector<double>(cutoffs.size()),
                         std::vector<double>(cutoffs.size()), 0, 0};
  const double weight = 1 / static_cast<double>(rankings.size());
  for (std::size_t q = 0; q < rankings.size(); ++q) {
    std::vector<std::string_view> documents;
    std::vector<float> scores;
    for (const Hit& hit : rankings[q]) {
      documents.push_back(data.document_ids.at(hit.id));
      scores.push_back(hit.score);
    }
    check_unique(documents);
    std::vector<int> grades, judged;
    for (const std::size_t i : evaluation::trec_order(documents, scores)) {
      const auto found = data.judgements[q].find(documents[i]);
      grades.push_back(found == data.judgements[q].end() ? 0 : found->second);
    }
    std::size_t relevant = 0;
    for (const auto& [document, grade] : data.judgements[q]) {
      judged.push_back(grade);
      relevant += grade > 0 ? 1 : 0;
    }
    for (std::size_t c = 0; c < cutoffs.size(); ++c) {
      result.ndcg[c] += weight * evaluation::ndcg(grades, judged, cutoffs[c]);
      result.recall[c] += weight * evaluation::recall(grades, relevant, cutoffs[c]);
    }
    result.mrr += weight * evaluation::reciprocal_rank(grades);
    result.map += weight * evaluation::average_precision(grades, relevant);
  }
  return result;
}

}  // namespace m2v
