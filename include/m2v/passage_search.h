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

namespace m2v {

/// By what passages are ranked.
enum class SearchMode {
  kDense,    ///< Cosine of the vectors: meaning.
  kLexical,  ///< BM25: words.
  kHybrid    ///< Both.
};

/// How a hybrid search makes one ranking of two.
enum class Fusion {
  /// Each score is divided by the best one of its kind for the query, and the two are added by
  /// weight.
  kWeighted,
  /// Weights over 60 + rank (Cormack, Clarke and Buettcher 2009, "Reciprocal Rank Fusion"), of the
  /// best thousand of each kind.
  kReciprocalRank
};

struct RankOptions {
  std::size_t k = 10;
  SearchMode mode = SearchMode::kHybrid;
  Fusion fusion = Fusion::kWeighted;
  double dense_weight = 0.5;  ///< 0 to 1; words weigh the rest.
  unsigned threads = 0;       ///< 0: as many as the machine has.
};

struct PassageSearchOptions {
  /// What searches will ask for; kHybrid prepares for all three.
  SearchMode mode = SearchMode::kHybrid;
  /// The only queries that will be asked; the words of others are not known. Much quicker where
  /// there are few. No value: any.
  std::optional<Texts> queries = std::nullopt;
  LexicalOptions lexical = {};
  /// Of passages and queries in tokens, as in EncodeOptions. Default: the model's own.
  std::optional<std::size_t> max_length = std::nullopt;
  unsigned threads = 0;  ///< 0: as many as the machine has.
};

struct PassageHit {
  std::size_t passage = 0;  ///< Its position.
  double score = 0;         ///< What it is ranked by.
  double dense = 0;         ///< The cosine; 0 where it was not asked for.
  double lexical = 0;       ///< BM25; 0 where it was not asked for.
};

struct PassageAnswer {
  bool known = false;  ///< Some word of the query is known: to the model, or from the passages.
  std::vector<PassageHit> hits;  ///< Best first; ties go to the first passage.
  /// score = dense_scale * dense + lexical_scale * lexical, but for kReciprocalRank, where both are
  /// 0.
  double dense_scale = 0, lexical_scale = 0;
};

/// A token of a passage, and what it adds to the cosine.
struct TokenShare {
  std::uint32_t id = 0;
  std::size_t begin = 0, end = 0;  ///< Code points of the passage.
  double dense = 0;
};

/// A word of a passage, or what is between words, and what it adds to the scores.
struct WordShare {
  std::size_t begin = 0, end = 0;  ///< Code points of the passage.
  double dense = 0, lexical = 0;
};

/// Where a hit's scores come from: a vector is the mean of its tokens', so that every token has its
/// share of a cosine, and BM25 is a sum over words. Nothing is left over, but for rounding.
struct HitExplanation {
  std::vector<TokenShare> tokens;  ///< Those that the model knows, in order.
  std::vector<WordShare> words;    ///< In order.
  std::vector<TermScore> terms;    ///< The words of the query that the passage has.
  double dense = 0, lexical = 0;   ///< The sums.
};

/// A part of a text, in code points: [begin, end).
struct TextRange {
  std::size_t begin = 0, end = 0;
};

/// The sentence whose words add most to the score that a passage has in an answer; nothing if none
/// adds anything. `explanation` is that of the same query and passage.
M2V_API TextRange best_sentence(std::string_view passage, const HitExplanation& explanation,
                                const PassageAnswer& answer);

/// Passages that are found by meaning, by words, or by both. Immutable, and safe to use from any
/// number of threads.
class M2V_API PassageSearch {
 public:
  /// Embeds the passages and counts their words, as far as the options ask for it. The texts must
  /// outlive this object. Throws std::invalid_argument or Cancelled.
  PassageSearch(const StaticModel& model, Texts passages, const PassageSearchOptions& options = {},
                const OnEvent& on_event = {});
  ~PassageSearch();
  PassageSearch(PassageSearch&&) noexcept;
  PassageSearch& operator=(PassageSearch&&) noexcept;

  /// One answer a query. Hits are the same on any number of threads. Throws std::invalid_argument
  /// for a mode that was not prepared, or a weight out of its range.
  std::vector<PassageAnswer> search(Texts queries, const RankOptions& options = {}) const;

  /// Throws std::invalid_argument if there is no such passage.
  HitExplanation explain(std::string_view query, std::size_t passage) const;
  /// The same for every hit of every answer: [answer][hit]. `queries` are those of the answers.
  /// Each passage is read once, however many of the answers have it. `threads`: 0 for as many as
  /// the machine has. Throws std::invalid_argument if the numbers of queries and answers differ, or
  /// if there is no such passage.
  std::vector<std::vector<HitExplanation>> explain(Texts queries,
                                                   std::span<const PassageAnswer> answers,
                                                   unsigned threads = 0) const;

  /// How many passages have a word that the model knows; 0 in lexical mode.
  std::size_t embedded() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace m2v
