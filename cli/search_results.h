#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/snippet.h"
#include "m2v/corpus.h"
#include "m2v/passage_search.h"

namespace m2v::cli {

/// What a query found, with all that is shown of it.
struct SearchResult {
  std::string query;
  PassageAnswer answer;
  std::vector<HitExplanation> explanations = {};  ///< A hit each, or none.
};

/// Asks.
std::vector<SearchResult> find(const PassageSearch& search, const std::vector<std::string>& queries,
                               const RankOptions& options);
/// Adds the explanations, on so many threads; 0: as many as the machine has.
void explain(const PassageSearch& search, std::vector<SearchResult>& results, unsigned threads);

struct ResultLayout {
  std::size_t columns = 0;  ///< Of the terminal; 0: there is none.
  std::size_t lines = 3;    ///< Of a passage; 0: all.
  bool explain = false;
  bool lines_of_file = false;  ///< A passage is a line of one file, shown on one line.
  Palette palette;
};

/// Hits for people, with an LF behind every line. Passages, but not lines of a file, need their
/// explanations.
std::string text_of(const SearchResult& result, const Corpus& corpus, const ResultLayout& layout);

/// The same as a JSON object. Needs the explanations.
std::string json_of(const SearchResult& result, const Corpus& corpus, const Tokenizer& tokenizer,
                    bool explain, bool lines_of_file);

}  // namespace m2v::cli
