#include "cli/ranking_options.h"

#include "cli/validators.h"
#include "m2v/text_file.h"

namespace m2v::cli {
namespace {

constexpr std::string_view kModes[] = {"dense", "lexical", "hybrid"};  // in the order of SearchMode

}  // namespace

void add_ranking_options(CLI::App& command, RankingArguments& arguments,
                         const std::string& default_mode) {
  constexpr char kWords[] = "Words";
  command
      .add_option("--mode", arguments.mode,
                  "Ranking: dense (by meaning: cosine of the vectors), lexical (by words: BM25) or "
                  "hybrid (both) (default: " +
                      default_mode + ")")
      ->check(one_of({"dense", "lexical", "hybrid"}))
      ->type_name("MODE");
  command
      .add_option("--fusion", arguments.fusion,
                  "How hybrid combines the two: weighted (scores relative to the best) or rrf "
                  "(reciprocal rank fusion) (default: weighted)")
      ->check(one_of({"weighted", "rrf"}))
      ->type_name("HOW");
  command
      .add_option("--dense-weight", arguments.dense_weight,
                  "Weight of the dense score in hybrid, 0 to 1; the lexical score has the rest "
                  "(default: 0.5)")
      ->check(number_from_0_to_1())
      ->type_name("X");
  LexicalOptions& lexical = arguments.lexical;
  command.add_flag("--keep-case", lexical.keep_case, "Distinguish case (Polish, polish)")
      ->group(kWords);
  command
      .add_flag("--fold-accents", lexical.fold_accents, "Accents do not matter: caf\u00E9 is cafe")
      ->group(kWords);
  command
      .add_option("--word-prefix", lexical.prefix,
                  "Compare only the first N characters of words (default: all)")
      ->check(whole_number(1))
      ->type_name("N")
      ->group(kWords);
  command.add_option("--stop-words", arguments.stop_words, "File of words to ignore, one per line")
      ->type_name("FILE")
      ->group(kWords);
  command.add_option("--k1", lexical.k1, "Term-frequency saturation of BM25 (default: 1.2)")
      ->check(number({0}))
      ->type_name("X")
      ->group(kWords);
  command.add_option("--b", lexical.b, "Length normalization of BM25, 0 to 1 (default: 0.75)")
      ->check(number_from_0_to_1())
      ->type_name("X")
      ->group(kWords);
}

SearchMode mode_of(const RankingArguments& arguments, SearchMode fallback) {
  for (std::size_t i = 0; i < std::size(kModes); ++i) {
    if (arguments.mode == kModes[i]) return static_cast<SearchMode>(i);
  }
  return fallback;
}

std::string_view mode_name(SearchMode mode) { return kModes[static_cast<std::size_t>(mode)]; }

RankOptions rank_options(const RankingArguments& arguments, SearchMode mode, std::size_t k,
                         unsigned threads) {
  return {.k = k,
          .mode = mode,
          .fusion = arguments.fusion == "rrf" ? Fusion::kReciprocalRank : Fusion::kWeighted,
          .dense_weight = arguments.dense_weight,
          .threads = threads};
}

LexicalOptions lexical_options(const RankingArguments& arguments) {
  LexicalOptions options = arguments.lexical;
  if (!arguments.stop_words.empty()) {
    const TextFile file = TextFile::read(arguments.stop_words);
    options.stop_words.assign(file.texts().begin(), file.texts().end());
  }
  return options;
}

}  // namespace m2v::cli
