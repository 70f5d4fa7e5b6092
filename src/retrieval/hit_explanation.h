#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "m2v/passage_search.h"

namespace m2v::retrieval {

/// The words and tokens of a passage: the part of its explanations that does not depend on the
/// query.
struct ReadPassage {
  std::string_view text;
  std::vector<Token> tokens;  ///< The tokens whose rows are pooled.
  double length = 0;          ///< L2 norm of the sum of their rows.
  std::vector<WordContribution>
      words;  ///< All of the text but whitespace, in order; contributions are 0.
  std::vector<std::size_t> word_of;     ///< Index into `words` by code point; kNoWord: whitespace.
  std::vector<std::size_t> code_point;  ///< Index of the code point by byte, and one for the end.

  static constexpr std::size_t kNoWord = static_cast<std::size_t>(-1);

  /// Finds the words only. The passage must outlive this object.
  explicit ReadPassage(std::string_view passage);
  /// Finds the words and the tokens. `max_length` is in tokens.
  ReadPassage(const StaticModel& model, std::string_view passage, std::size_t max_length);
};

/// The vector of a query, and a cache of its dot products with the rows of tokens. Not thread-safe.
class QueryProducts {
 public:
  /// The model must outlive this object.
  QueryProducts(const StaticModel& model, std::vector<float> query);

  /// Returns the dot product of the query with the row of a token, multiplied by its weight.
  double with_row(std::uint32_t id);
  /// Returns the L2 norm of the query.
  double length() const noexcept { return length_; }

 private:
  const StaticModel& model_;
  std::vector<float> query_;
  double length_;
  std::unordered_map<std::uint32_t, double> products_;
};

/// Computes the contribution of each token of a passage to the cosine with a query: the dot product
/// of its row and the query, divided by both norms. Sets explanation.tokens and explanation.dense.
void explain_cosine(const ReadPassage& passage, QueryProducts& products,
                    HitExplanation& explanation);

/// Sets explanation.words: distributes the contributions of the tokens and terms in the explanation
/// among the words of the passage. The score of a term is divided equally among its occurrences,
/// and among the characters of a pair. `options` must be those of the lexical index.
void distribute_among_words(const ReadPassage& passage, const LexicalOptions& options,
                            HitExplanation& explanation);

}  // namespace m2v::retrieval
