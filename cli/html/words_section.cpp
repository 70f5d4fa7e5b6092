#include <algorithm>
#include <numeric>

#include "cli/html/evaluation.h"
#include "cli/html/markup.h"
#include "cli/terminal.h"
#include "m2v/explain.h"

namespace m2v::cli::html {
namespace {

constexpr std::size_t kMostClasses = 24, kWords = 12;

/// Texts evenly from all, fewer where there are many classes: a text's explanation has all of them.
std::vector<std::string_view> sample_of(Texts texts, std::size_t classes) {
  const std::size_t most = std::clamp<std::size_t>(200'000 / classes, 200, 5000);
  const std::size_t step = (texts.size() + most - 1) / most;
  std::vector<std::string_view> sample;
  for (std::size_t t = 0; t < texts.size(); t += step) sample.push_back(texts[t]);
  return sample;
}

/// Of classes that exclude each other only differences count: what moves all of them alike moves
/// none.
void centre(std::vector<WordEffect>& effects) {
  for (WordEffect& effect : effects) {
    const double mean = std::accumulate(effect.effects.begin(), effect.effects.end(), 0.0) /
                        static_cast<double>(effect.effects.size());
    for (double& value : effect.effects) value -= mean;
  }
}

/// The words that push hardest towards a class.
std::string class_card(const Evaluation& evaluation, std::vector<const WordEffect*> words,
                       std::size_t of) {
  const auto effect = [of](const WordEffect* word) { return word->effects[of]; };
  std::erase_if(words, [&](const WordEffect* word) { return effect(word) <= 0; });
  std::ranges::stable_sort(words, std::ranges::greater(), effect);
  words.resize(std::min(words.size(), kWords));
  std::string out = "<div class=\"card\"><h3><bdi>" +
                    escaped(shortened(evaluation.classes().names[of], 60)) +
                    "</bdi></h3>\n<div class=\"words\">\n";
  for (const WordEffect* word : words) {
    const double share = effect(word) / effect(words.front());
    out += "<span title=\"" + escaped(shortened(word->word, 100)) + "\"><bdi>" +
           escaped(shortened(word->word, 40)) +
           "</bdi></span><i style=\"--w:" + short_number(share * 100, 1) +
           "%\"></i><em title=\"in " + counted(word->texts, "text") + "\">" +
           fixed(effect(word), 2) + "</em>\n";
  }
  return out + "</div></div>\n";
}

}  // namespace

std::string words(const Evaluation& evaluation) {
  const std::vector<std::string_view> sample =
      sample_of(evaluation.texts, evaluation.classes().names.size());
  std::vector<WordEffect> effects = word_effects(evaluation.pipeline, sample, evaluation.threads);
  if (!evaluation.report.multilabel) centre(effects);
  const std::size_t least =
      std::max<std::size_t>(sample.size() < 100 ? 1 : 2, sample.size() / 1000);
  std::vector<const WordEffect*> often;
  for (const WordEffect& effect : effects) {
    if (effect.texts >= least && !effect.word.empty()) often.push_back(&effect);
  }
  if (often.empty()) return {};
  const std::size_t classes = std::min(evaluation.classes().names.size(), kMostClasses);
  std::string out = "<div class=\"grid\">\n";
  for (std::size_t c = 0; c < classes; ++c) out += class_card(evaluation, often, c);
  return section(
      "words", "Words",
      "What pushes towards each class: the mean part of a word in the class's logit" +
          std::string(evaluation.report.multilabel ? "" : ", against the mean of all classes") +
          ", over the texts that have it; words of at least " + counted(least, "text") +
          (sample.size() < evaluation.texts.size()
               ? ", of " + with_separators(sample.size()) + " of the texts"
               : "") +
          ".",
      out + "</div>");
}

}  // namespace m2v::cli::html
