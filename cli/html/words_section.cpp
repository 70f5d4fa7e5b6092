#include <algorithm>
#include <numeric>

#include "cli/html/evaluation.h"
#include "cli/html/markup.h"
#include "cli/terminal.h"
#include "m2v/explain.h"

namespace m2v::cli::html {
namespace {

constexpr std::size_t kMaxWordClasses = 24, kWords = 12;

/// Returns evenly spaced texts. The sample is smaller if there are many classes, because explaining
/// a text takes time and memory for each of them.
std::vector<std::string_view> sample_of(Texts texts, std::size_t classes) {
  const std::size_t most = std::clamp<std::size_t>(200'000 / classes, 200, 5000);
  const std::size_t step = (texts.size() + most - 1) / most;
  std::vector<std::string_view> sample;
  for (std::size_t t = 0; t < texts.size(); t += step) sample.push_back(texts[t]);
  return sample;
}

/// Subtracts the mean over the classes from the effects of each word. With mutually exclusive
/// classes only differences between logits matter.
void centre(std::vector<WordEffect>& effects) {
  for (WordEffect& effect : effects) {
    const double mean = std::accumulate(effect.effects.begin(), effect.effects.end(), 0.0) /
                        static_cast<double>(effect.effects.size());
    for (double& value : effect.effects) value -= mean;
  }
}

/// Lists the words with the largest effect on a class.
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
  std::vector<WordEffect> effects = word_effects(evaluation.trained, sample, evaluation.threads);
  if (!evaluation.report.multilabel) centre(effects);
  const std::size_t least =
      std::max<std::size_t>(sample.size() < 100 ? 1 : 2, sample.size() / 1000);
  std::vector<const WordEffect*> often;
  for (const WordEffect& effect : effects) {
    if (effect.texts >= least && !effect.word.empty()) often.push_back(&effect);
  }
  if (often.empty()) return {};
  const std::size_t classes = std::min(evaluation.classes().names.size(), kMaxWordClasses);
  std::string out = "<div class=\"grid\">\n";
  for (std::size_t c = 0; c < classes; ++c) out += class_card(evaluation, often, c);
  return section(
      "words", "Words",
      "The words with the largest effect on each class: the mean contribution of a word to the "
      "logit of the class" +
          std::string(evaluation.report.multilabel ? "" : ", against the mean of all classes") +
          ", over the texts that contain it; only words that occur in at least " +
          counted(least, "text") +
          (sample.size() < evaluation.texts.size()
               ? ", of " + with_separators(sample.size()) + " of the texts"
               : "") +
          ".",
      out + "</div>");
}

}  // namespace m2v::cli::html
