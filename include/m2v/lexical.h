#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/export.h"
#include "m2v/index.h"
#include "m2v/types.h"

namespace m2v {

/// What a word is, and what it counts.
struct LexicalOptions {
  double k1 = 1.2;            ///< How soon a word that comes again counts no more; at least 0.
  double b = 0.75;            ///< How much long texts are held back; 0 to 1.
  bool keep_case = false;     ///< "Polish" is not "polish".
  bool fold_accents = false;  ///< "café" is "cafe".
  std::size_t prefix = 0;     ///< Words are the same if their first characters are; 0: if all are.
  std::vector<std::string> stop_words = {};  ///< These do not count.
  unsigned threads = 0;                      ///< 0: as many as the machine has.
};

/// What a word of a query adds to the score of a text.
struct TermScore {
  std::string term;
  std::size_t count = 0;  ///< How often the text has it.
  double score = 0;
};

/// Texts ranked by the words that they share with a query: BM25 (Robertson and Zaragoza 2009, "The
/// Probabilistic Relevance Framework"), with the idf of Lucene, ln(1 + (N - n + 1/2) / (n + 1/2)),
/// which is never negative. A word that a query has twice counts twice.
///
/// Words are runs of letters, digits and marks, in lowercase and canonical decomposition; nothing
/// in them is particular to a language. Scripts that are written without spaces, and Hangul, give
/// each character and each pair of neighbours. Words are told apart by 64-bit hashes.
///
/// Immutable, and safe to use from any number of threads. An id is the position of a text.
class M2V_API LexicalIndex {
 public:
  /// Throws std::invalid_argument for options out of their range.
  explicit LexicalIndex(Texts texts, const LexicalOptions& options = {});
  /// Takes up no other words than those of `queries`, for which the scores are the same: quicker
  /// and smaller.
  static LexicalIndex for_queries(Texts texts, Texts queries, const LexicalOptions& options = {});
  ~LexicalIndex();
  LexicalIndex(LexicalIndex&&) noexcept;
  LexicalIndex& operator=(LexicalIndex&&) noexcept;

  /// The k best texts that have a word of the query, best first; ties go to the smaller id.
  std::vector<Hit> search(std::string_view query, std::size_t k) const;
  /// The score of every text; 0 without a word of the query.
  std::vector<float> scores(std::string_view query) const;
  /// The words of the query that a text has; the scores add up to the text's. Throws
  /// std::invalid_argument if there is no such text.
  std::vector<TermScore> explain(std::string_view query, std::size_t text) const;

  const LexicalOptions& options() const noexcept;

 private:
  struct Impl;
  explicit LexicalIndex(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace m2v
