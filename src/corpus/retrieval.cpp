#include "m2v/retrieval.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

#include "core/json.h"
#include "core/mapped_file.h"
#include "corpus/lines.h"
#include "m2v/error.h"
#include "metrics/retrieval.h"

namespace m2v {
namespace {

namespace fs = std::filesystem;

/// Calls use(record) for every line of a file of JSON objects.
template <typename Use>
void for_each_record(const fs::path& path, const Use& use) {
  const core::MappedFile file = core::MappedFile::open(path);
  for (corpus::Lines lines(file.text()); lines.next();) {
    if (corpus::is_blank(lines.line())) continue;
    const std::string place = path.string() + ": line " + std::to_string(lines.number());
    const core::Json record = core::parse_json(lines.line(), place);
    use(core::JsonAt(record, place));
  }
}

std::string text_of(const core::JsonAt& record) {
  const std::string title = record.string_or("title", "");
  const std::string& text = record.at("text").string();
  return title.empty() ? text : title + " " + text;
}

using Judgements = std::unordered_map<std::string, std::map<std::string, int, std::less<>>>;

/// A whole number; no value: it is none.
std::optional<int> to_grade(std::string_view text) {
  int grade = 0;
  const char* const begin = text.empty() ? "" : &text.front();
  const char* const end = begin + text.size();
  const auto parsed = std::from_chars(begin, end, grade);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return grade;
}

Judgements read_judgements(const fs::path& path) {
  const core::MappedFile file = core::MappedFile::open(path);
  Judgements judgements;
  for (corpus::Lines lines(file.text()); lines.next();) {
    if (lines.number() == 1) continue;  // the header
    const std::string_view line = lines.line();
    const std::size_t first = std::min(line.find('\t'), line.size());
    const std::size_t second = std::min(line.find('\t', first + 1), line.size());
    const auto grade = to_grade(line.substr(std::min(second + 1, line.size())));
    if (!grade) {
      throw FormatError(path.string(), "line " + std::to_string(lines.number()),
                        "expected query-id, corpus-id and a whole number between tabs");
    }
    judgements[std::string(line.substr(0, first))]
              [std::string(line.substr(first + 1, second - first - 1))] = *grade;
  }
  return judgements;
}

}  // namespace

RetrievalData RetrievalData::read_beir(const fs::path& folder, const std::string& split) {
  RetrievalData data;
  for_each_record(folder / "corpus.jsonl", [&](const core::JsonAt& record) {
    data.document_ids.push_back(record.at("_id").string());
    data.documents.push_back(text_of(record));
  });
  const fs::path by_split = folder / "qrels" / (split + ".tsv");
  Judgements judgements = read_judgements(
      fs::exists(by_split) || !fs::exists(folder / "qrels.tsv") ? by_split : folder / "qrels.tsv");
  for_each_record(folder / "queries.jsonl", [&](const core::JsonAt& record) {
    const auto judged = judgements.find(record.at("_id").string());
    if (judged == judgements.end()) return;
    data.query_ids.push_back(judged->first);
    data.queries.push_back(record.at("text").string());
    data.judgements.push_back(std::move(judged->second));
    judgements.erase(judged);
  });
  if (data.queries.empty()) {
    throw Error(folder.string() + ": no query has a judgement");
  }
  return data;
}

std::vector<std::vector<Hit>> rank_documents(const RetrievalData& data, const PassageSearch& search,
                                             const RankOptions& options) {
  const std::vector<std::string_view> queries(data.queries.begin(), data.queries.end());
  std::vector<std::vector<Hit>> rankings;
  for (const PassageAnswer& answer : search.search(queries, options)) {
    std::vector<Hit>& ranking = rankings.emplace_back();
    for (const PassageHit& hit : answer.hits) {
      ranking.push_back({hit.passage, static_cast<float>(hit.score)});
    }
  }
  return rankings;
}

RetrievalScores score_rankings(const RetrievalData& data,
                               const std::vector<std::vector<Hit>>& rankings,
                               const std::vector<std::size_t>& cutoffs) {
  if (rankings.size() != data.queries.size()) {
    throw std::invalid_argument("there are " + std::to_string(rankings.size()) + " rankings for " +
                                std::to_string(data.queries.size()) + " queries");
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
    std::vector<int> grades, judged;
    for (const std::size_t i : metrics::trec_order(documents, scores)) {
      const auto found = data.judgements[q].find(documents[i]);
      grades.push_back(found == data.judgements[q].end() ? 0 : found->second);
    }
    std::size_t relevant = 0;
    for (const auto& [document, grade] : data.judgements[q]) {
      judged.push_back(grade);
      relevant += grade > 0 ? 1 : 0;
    }
    for (std::size_t c = 0; c < cutoffs.size(); ++c) {
      result.ndcg[c] += weight * metrics::ndcg(grades, judged, cutoffs[c]);
      result.recall[c] += weight * metrics::recall(grades, relevant, cutoffs[c]);
    }
    result.mrr += weight * metrics::reciprocal_rank(grades);
    result.map += weight * metrics::average_precision(grades, relevant);
  }
  return result;
}

}  // namespace m2v
