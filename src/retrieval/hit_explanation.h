#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "m2v/passage_search.h"

namespace m2v::corpus {

/// What the explanations of a passage have in common, whatever the query.
struct ReadPassage {
  std::string_view text;
  std::vector<Token> tokens;  ///< Those that are pooled.
  double length = 0;          ///< Of the sum of their rows.
  std::vector<WordShare> words;
  std::vector<std::size_t> word_of;     ///< By code point; kNoWord: a blank.
  std::vector<std::size_t> code_point;  ///< By byte; and the end.

  static constexpr std::size_t kNoWord = static_cast<std::size_t>(-1);

  /// Finds the words.
  explicit ReadPassage(std::string_view passage);
  /// Finds the tokens too. `max_length` is in tokens.
  ReadPassage(const StaticModel& model, std::string_view passage, std::size_t max_length);
};

/// A query's vector, and its products with the rows of tokens, each computed once. For one thread.
class QueryProducts {
 public:
  /// The model must outlive this object.
  QueryProducts(const StaticModel& model, std::vector<float> query);

  double with_row(std::uint32_t id);
  double length() const noexcept { return length_; }

 private:
  const StaticModel& model_;
  std::vector<float> query_;
  double length_;
  std::unordered_map<std::uint32_t, double> products_;
};

/// What each token of a passage adds to the cosine with a query: its row times the query, over both
/// lengths. Sets tokens and dense.
void explain_cosine(const ReadPassage& passage, QueryProducts& products,
                    HitExplanation& explanation);

/// Gives the passage's words the shares of the explanation's tokens and terms. A term's score is
/// shared by its occurrences, and by the characters of a pair.
void share_among_words(const ReadPassage& passage, const LexicalOptions& options,
                       HitExplanation& explanation);

}  // namespace m2v::corpus
