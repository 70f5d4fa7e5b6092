#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/snippet.h"
#include "m2v/corpus.h"
#include "m2v/passage_search.h"

namespace m2v::cli {

/// A query, its hits and, if they have been computed, their explanations.
struct SearchResult {
  std::string query;
  PassageAnswer answer;
  std::vector<HitExplanation> explanations = {};  ///< One per hit, or empty.
};

/// Searches for each query. Result i belongs to query i and has no explanations.
std::vector<SearchResult> find(const PassageSearch& search, const std::vector<std::string>& queries,
                               const RankOptions& options);
/// Adds the explanations to the results. `threads` is the number of threads; 0: one per processor.
void explain(const PassageSearch& search, std::vector<SearchResult>& results, unsigned threads);

struct ResultLayout {
  std::size_t columns = 0;     ///< Width of the terminal; 0 if the output is not a terminal.
  std::size_t lines = 3;       ///< Maximum number of lines per passage; 0: no limit.
  bool explain = false;        ///< Show the contribution of each word to the score.
  bool lines_of_file = false;  ///< Passages are the lines of one file, each shown on one line.
  Palette palette;
};

/// Formats the hits for people, with an LF after every line. Requires the explanations, unless
/// `layout.lines_of_file` is set and `layout.explain` is not.
std::string text_of(const SearchResult& result, const Corpus& corpus, const ResultLayout& layout);

/// Returns the result as a JSON object. Requires the explanations.
std::string json_of(const SearchResult& result, const Corpus& corpus, const Tokenizer& tokenizer,
                    bool explain, bool lines_of_file);

}  // namespace m2v::cli
