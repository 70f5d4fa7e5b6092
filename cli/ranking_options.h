#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "m2v/lexical.h"
#include "m2v/passage_search.h"

namespace m2v::cli {

/// How passages are ranked, as the command line says it.
struct RankingArguments {
  std::string mode;  ///< Empty: not said.
  std::string fusion = "weighted";
  double dense_weight = RankOptions().dense_weight;
  LexicalOptions lexical;
  std::string stop_words;  ///< A file.
};

/// `default_mode` is for the help.
void add_ranking_options(CLI::App& command, RankingArguments& arguments,
                         const std::string& default_mode);

/// The mode that was named, or else `fallback`.
SearchMode mode_of(const RankingArguments& arguments, SearchMode fallback);
std::string_view mode_name(SearchMode mode);

RankOptions rank_options(const RankingArguments& arguments, SearchMode mode, std::size_t k,
                         unsigned threads);
/// Reads the file of stop words. Throws IoError.
LexicalOptions lexical_options(const RankingArguments& arguments);

}  // namespace m2v::cli
