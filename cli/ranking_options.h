#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "m2v/lexical.h"
#include "m2v/passage_search.h"

namespace m2v::cli {

/// The command-line arguments that control how passages are ranked.
struct RankingArguments {
  std::string mode;                 ///< "dense", "lexical" or "hybrid"; empty if not given.
  std::string fusion = "weighted";  ///< "weighted" or "rrf".
  double dense_weight = RankOptions().dense_weight;
  LexicalOptions lexical;
  std::string stop_words;  ///< Path of a file with one stop word per line; empty: none.
};

/// Adds the ranking options to the command. `default_mode` appears in the help text only.
void add_ranking_options(CLI::App& command, RankingArguments& arguments,
                         const std::string& default_mode);

/// Returns the mode that --mode names, or `fallback` if it was not given.
SearchMode mode_of(const RankingArguments& arguments, SearchMode fallback);
/// Returns "dense", "lexical" or "hybrid".
std::string_view mode_name(SearchMode mode);

/// Returns the options for ranking with the given mode, number of hits and number of threads.
RankOptions rank_options(const RankingArguments& arguments, SearchMode mode, std::size_t k,
                         unsigned threads);
/// Returns the lexical options, with the stop words read from their file. Throws IoError.
LexicalOptions lexical_options(const RankingArguments& arguments);

}  // namespace m2v::cli
