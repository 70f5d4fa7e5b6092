#include "m2v/cross_validation.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

#include "base/counted.h"
#include "m2v/error.h"
#include "train/checks.h"
#include "train/random.h"

namespace m2v {
namespace {

using Indices = std::vector<std::size_t>;

/// Returns the fold of each text. The shuffled texts of each class are dealt out to the folds in
/// turn, so that all folds have similar proportions of the classes.
Indices deal(const Labels& labels, std::size_t folds, train::Random& random) {
  std::vector<Indices> members(labels.multilabel ? 1 : labels.classes.names.size());
  for (std::size_t t = 0; t < labels.size(); ++t) {
    members[labels.multilabel ? 0 : labels[t][0]].push_back(t);
  }
  Indices fold_of(labels.size());
  std::size_t next = 0;
  for (Indices& of_class : members) {
    random.shuffle(std::span(of_class));
    for (const std::size_t text : of_class) fold_of[text] = next++ % folds;
  }
  return fold_of;
}

/// Returns the labels of some of the texts. Its classes are those that occur among them.
Labels labels_of(const Labels& labels, const Indices& texts) {
  constexpr auto kNone = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> locations(labels.classes.names.size(), kNone);
  for (const std::size_t text : texts) {
    for (const std::uint32_t number : labels[text]) locations[number] = 0;
  }
  Labels part;
  part.multilabel = labels.multilabel;
  part.classes.integers = labels.classes.integers;
  for (std::size_t c = 0; c < locations.size(); ++c) {
    if (locations[c] == kNone) continue;
    locations[c] = static_cast<std::uint32_t>(part.classes.names.size());
    part.classes.names.push_back(labels.classes.names[c]);
  }
  for (const std::size_t text : texts) {
    for (const std::uint32_t number : labels[text]) part.numbers.push_back(locations[number]);
    part.offsets.push_back(part.numbers.size());
  }
  return part;
}

std::vector<std::string_view> texts_of(Texts texts, const Indices& chosen) {
  std::vector<std::string_view> part;
  part.reserve(chosen.size());
  for (const std::size_t text : chosen) part.push_back(texts[text]);
  return part;
}

ClassificationReport run_fold(const StaticModel& model, Texts texts, const Labels& labels,
                              const Indices& fold_of, std::size_t fold,
                              const ClassifierOptions& options, const OnEvent& on_event) {
  Indices own, others;
  for (std::size_t t = 0; t < texts.size(); ++t) (fold_of[t] == fold ? own : others).push_back(t);
  const std::string name = "fold " + std::to_string(fold + 1) + ", ";
  const OnEvent told = [&](const Event& event) {
    if (event.stage == kDataStage) return true;  // cross_validate() has reported it for all texts
    const std::string stage = name + std::string(event.stage);
    Event renamed = event;
    renamed.stage = stage;
    return !on_event || on_event(renamed);
  };
  FitReport report;
  const ModelWithHead trained =
      fit(model, texts_of(texts, others), labels_of(labels, others), options, told, &report);
  if (report.cancelled) throw Cancelled();
  const Labels predicted = trained.predict(texts_of(texts, own), 0.5, {.threads = options.threads});
  return classification_report(labels_of(labels, own), predicted);
}

}  // namespace

std::vector<ClassificationReport> cross_validate(const StaticModel& model, Texts texts,
                                                 const Labels& labels, std::size_t folds,
                                                 const ClassifierOptions& options,
                                                 const OnEvent& on_event) {
  if (texts.size() != labels.size()) {
    throw std::invalid_argument("fit: " + base::counted(texts.size(), "text") + ", but " +
                                base::counted(labels.size(), "label") + ": give one for each text");
  }
  if (folds < 2 || folds > texts.size()) {
    throw std::invalid_argument("fit: " + base::counted(folds, "fold") + " of " +
                                base::counted(texts.size(), "text") +
                                ": there must be at least two folds, and at most one per text");
  }
  train::warn_of_data_problems(texts, labels, {}, base::Events(on_event));
  train::Random random(options.seed);
  const Indices fold_of = deal(labels, folds, random);
  std::vector<ClassificationReport> reports(folds);
  for (std::size_t fold = 0; fold < folds; ++fold) {
    reports[fold] = run_fold(model, texts, labels, fold_of, fold, options, on_event);
  }
  return reports;
}

Spread spread_of(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  Spread spread{.mean = std::accumulate(values.begin(), values.end(), 0.0) / count, .deviation = 0};
  if (values.size() < 2) return spread;
  for (const double value : values) spread.deviation += std::pow(value - spread.mean, 2);
  spread.deviation = std::sqrt(spread.deviation / (count - 1));
  return spread;
}

}  // namespace m2v
