#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "m2v/event.h"
#include "m2v/export.h"
#include "m2v/lexical.h"
#include "m2v/static_model.h"
#include "m2v/types.h"

// Search for passages by meaning, by words, or by both, with explanations of the scores.
//
//   const m2v::PassageSearch search(model, passages);
//   const m2v::PassageAnswer answer = search.search(queries, {.k = 10}).front();
//   for (const m2v::PassageHit& hit : answer.hits) std::cout << passages[hit.passage] << "\n";

namespace m2v {

/// The scores by which passages are ranked.
enum class SearchMode {
  kDense,    ///< Cosine of the vectors: meaning.
  kLexical,  ///< BM25: words.
  kHybrid    ///< Both.
};

/// How a hybrid search combines the dense and the lexical ranking.
enum class Fusion {
  /// Divides each score by the best score of its kind for the query, and adds the two with their
  /// weights.
  kWeighted,
  /// Adds weight / (60 + rank) over the best thousand (or k, if larger) of each kind: reciprocal
  /// rank fusion (Cormack, Clarke and Buettcher 2009).
  kReciprocalRank
};

/// Options of PassageSearch::search().
struct RankOptions {
  std::size_t k = 10;  ///< Maximum number of hits per query.
  SearchMode mode = SearchMode::kHybrid;
  Fusion fusion = Fusion::kWeighted;  ///< kHybrid only.
  double dense_weight = 0.5;  ///< Weight of the dense score, 0 to 1; the lexical one has the rest.
  unsigned threads = 0;       ///< 0: one per hardware thread.
};

/// Options of the constructor of PassageSearch.
struct PassageSearchOptions {
  /// The mode that searches will use; kHybrid prepares for all three.
  SearchMode mode = SearchMode::kHybrid;
  /// The only queries that will be searched for: other words are not indexed, which is much faster
  /// if there are few queries. No value: any query. Needed only during construction.
  std::optional<Texts> queries = std::nullopt;
  LexicalOptions lexical = {};  ///< Options of BM25; its `threads` is ignored.
  /// Maximum length of passages and queries in tokens, as in EncodeOptions. Default: the model's.
  std::optional<std::size_t> max_length = std::nullopt;
  unsigned threads = 0;  ///< 0: one per hardware thread.
};

/// A passage that was found, with its scores.
struct PassageHit {
  std::size_t passage = 0;  ///< Position of the passage.
  double score = 0;         ///< The score by which it is ranked.
  double dense = 0;         ///< Cosine; 0 in kLexical mode.
  double lexical = 0;       ///< BM25; 0 in kDense mode.
};

/// The result of one query.
struct PassageAnswer {
  bool known = false;  ///< Whether any word of the query is known to the model or in a passage.
  std::vector<PassageHit> hits;  ///< Best first; ties go to the first passage.
  /// score = dense_scale * dense + lexical_scale * lexical, except with kReciprocalRank, where both
  /// scales are 0.
  double dense_scale = 0, lexical_scale = 0;
};

/// A token of a passage and its contribution to the cosine.
struct TokenContribution {
  std::uint32_t id = 0;
  std::size_t begin = 0, end = 0;  ///< Range of code points of the passage.
  double dense = 0;                ///< Contribution to the cosine.
};

/// A word of a passage, or the text between two words, and its contributions to the scores.
struct WordContribution {
  std::size_t begin = 0, end = 0;  ///< Range of code points of the passage.
  double dense = 0, lexical = 0;   ///< Contributions to the cosine and to BM25.
};

/// The contributions to the scores of a passage. Since a vector is the mean of its tokens' vectors,
/// the cosine is a sum over tokens; BM25 is a sum over words. So the contributions add up to the
/// scores, up to rounding.
struct HitExplanation {
  std::vector<TokenContribution> tokens;  ///< The tokens known to the model, in order.
  std::vector<WordContribution> words;    ///< The whole passage except for whitespace, in order.
  std::vector<TermScore> terms;           ///< The words of the query that the passage contains.
  double dense = 0, lexical = 0;          ///< Sums of the contributions.
};

/// A range of code points of a text, [begin, end).
struct TextRange {
  std::size_t begin = 0, end = 0;
};

/// Returns the sentence of a passage whose words contribute most to its score, for example to show
/// as a snippet; an empty range if none contributes. `explanation` is that of the passage for the
/// query that `answer` belongs to.
[[nodiscard]] M2V_API TextRange best_sentence(std::string_view passage,
                                              const HitExplanation& explanation,
                                              const PassageAnswer& answer);

/// Finds passages by meaning, by words, or by both. Immutable; may be used from any number of
/// threads at once.
class M2V_API PassageSearch {
 public:
  /// Embeds the passages and indexes their words, as far as options.mode requires it. The passages
  /// must outlive this object; the model is shared with it. Throws std::invalid_argument if an
  /// option is out of range, or Cancelled.
  PassageSearch(const StaticModel& model, Texts passages, const PassageSearchOptions& options = {},
                const OnEvent& on_event = {});
  ~PassageSearch();
  PassageSearch(PassageSearch&&) noexcept;
  PassageSearch& operator=(PassageSearch&&) noexcept;

  /// Returns one answer per query. The hits do not depend on the number of threads. Throws
  /// std::invalid_argument if the mode was not prepared for, or the weight is out of range.
  [[nodiscard]] std::vector<PassageAnswer> search(Texts queries,
                                                  const RankOptions& options = {}) const;

  /// Returns the contributions to the scores of a passage for a query. Throws std::invalid_argument
  /// if there is no such passage.
  [[nodiscard]] HitExplanation explain(std::string_view query, std::size_t passage) const;
  /// Returns the explanation of every hit of every answer, [answer][hit]. `queries` are those that
  /// the answers belong to. Each passage is tokenized only once, even if several answers contain
  /// it. `threads`: 0 for one per hardware thread. Throws std::invalid_argument if the numbers of
  /// queries and answers differ, or if there is no such passage.
  [[nodiscard]] std::vector<std::vector<HitExplanation>> explain(
      Texts queries, std::span<const PassageAnswer> answers, unsigned threads = 0) const;

  /// Returns the number of passages with at least one token known to the model; 0 if only kLexical
  /// was prepared.
  std::size_t embedded() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace m2v
