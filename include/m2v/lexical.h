#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/export.h"
#include "m2v/index.h"
#include "m2v/types.h"

// Lexical search: ranks texts by the words that they share with a query (BM25).
//
//   const m2v::LexicalIndex index(texts);
//   for (const m2v::Hit& hit : index.search("some words", 10)) std::cout << texts[hit.id] << "\n";

namespace m2v {

/// The parameters of BM25, and which words are considered equal.
struct LexicalOptions {
  double k1 = 1.2;            ///< Term-frequency saturation; at least 0.
  double b = 0.75;            ///< Length normalization, from 0 (none) to 1 (full).
  bool keep_case = false;     ///< Case-sensitive: "Polish" differs from "polish".
  bool fold_accents = false;  ///< Ignores accents: "café" equals "cafe".
  std::size_t prefix = 0;     ///< Compares only this many characters of a word; 0: the whole word.
  std::vector<std::string> stop_words = {};  ///< Words to ignore.
  unsigned threads = 0;  ///< Threads that build the index; 0: one per hardware thread.
};

/// The contribution of one word of a query to the score of a text.
struct TermScore {
  std::string term;       ///< The word in the form in which words are compared.
  std::size_t count = 0;  ///< Number of occurrences in the text.
  double score = 0;       ///< Contribution to the score.
};

/// Ranks texts by BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework") with
/// the idf of Lucene, ln(1 + (N - n + 1/2) / (n + 1/2)), which is never negative. A word that
/// occurs twice in a query counts twice.
///
/// Words are runs of letters, digits and marks, in lowercase and canonical decomposition (NFD);
/// nothing is specific to a language. In scripts that are written without spaces, and in Hangul,
/// each character and each pair of adjacent characters is a word. Words are identified by 64-bit
/// hashes.
///
/// An index is immutable and may be used from any number of threads at once. It does not refer to
/// the texts after construction. Ids are positions of texts.
class M2V_API LexicalIndex {
 public:
  /// Indexes all words of the texts. Throws std::invalid_argument if an option is out of range.
  explicit LexicalIndex(Texts texts, const LexicalOptions& options = {});
  /// Indexes only the words that occur in `queries`, which is faster and takes less memory. The
  /// scores for these queries are the same.
  [[nodiscard]] static LexicalIndex for_queries(Texts texts, Texts queries,
                                                const LexicalOptions& options = {});
  ~LexicalIndex();
  LexicalIndex(LexicalIndex&&) noexcept;
  LexicalIndex& operator=(LexicalIndex&&) noexcept;

  /// Returns the k texts with the highest scores among those that contain a word of the query, best
  /// first, or fewer if there are fewer. Ties go to the smaller id.
  [[nodiscard]] std::vector<Hit> search(std::string_view query, std::size_t k) const;
  /// Returns the score of every text; 0 if it contains no word of the query.
  [[nodiscard]] std::vector<float> scores(std::string_view query) const;
  /// Returns the words of the query that a text contains. Their scores add up to the text's score.
  /// Throws std::invalid_argument if there is no such text.
  [[nodiscard]] std::vector<TermScore> explain(std::string_view query, std::size_t text) const;

  const LexicalOptions& options() const noexcept;  ///< The options of the constructor.

 private:
  struct Impl;
  explicit LexicalIndex(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace m2v
