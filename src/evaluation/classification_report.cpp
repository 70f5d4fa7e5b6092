#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/counted.h"
#include "evaluation/pairwise_sum.h"
#include "m2v/classification.h"
#include "text/unicode.h"

namespace m2v {
namespace {

/// Numbers of labels of a class, or of a text: both true and predicted, predicted, and true.
struct Counts {
  std::size_t right = 0, predicted = 0, present = 0;

  void operator+=(const Counts& other) {
    right += other.right;
    predicted += other.predicted;
    present += other.present;
  }
};

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

ClassScores scores_of(const Counts& counts, std::string name) {
  return {.name = std::move(name),
          .precision = ratio(counts.right, counts.predicted),
          .recall = ratio(counts.right, counts.present),
          .f1 = ratio(2 * counts.right, counts.present + counts.predicted),
          .support = counts.present};
}

/// Returns both sets of labels as indices into the same classes, the union. Throws
/// std::invalid_argument if they do not match.
std::pair<Labels, Labels> aligned(const Labels& truth, const Labels& predicted) {
  if (truth.size() != predicted.size() || truth.size() == 0) {
    throw std::invalid_argument(base::counted(predicted.size(), "prediction") + " for " +
                                base::counted(truth.size(), "text"));
  }
  if (truth.multilabel != predicted.multilabel) {
    throw std::invalid_argument(truth.multilabel
                                    ? "the texts have several labels each, but one was predicted"
                                    : "the texts have one label each, but several were predicted");
  }
  const Classes classes = union_of(truth.classes, predicted.classes);
  return {labels_in(truth, classes), labels_in(predicted, classes)};
}

bool has(std::span<const std::uint32_t> labels, std::uint32_t label) {
  return std::ranges::find(labels, label) != labels.end();
}

/// Returns the mean of each metric, weighted by support if `weigh` is set.
ClassScores average(std::span<const ClassScores> scores, std::string name, bool weigh,
                    std::size_t support) {
  const auto mean = [&](double ClassScores::* measure) {
    std::vector<double> values;
    double total = 0;
    for (const ClassScores& score : scores) {
      const double weight = weigh ? static_cast<double>(score.support) : 1.0;
      values.push_back(score.*measure * weight);
      total += weight;
    }
    return total > 0 ? evaluation::pairwise_sum(values) / total : 0;
  };
  return {.name = std::move(name),
          .precision = mean(&ClassScores::precision),
          .recall = mean(&ClassScores::recall),
          .f1 = mean(&ClassScores::f1),
          .support = support};
}

std::string right_aligned(const std::string& text, std::size_t width) {
  const std::size_t used = text::count_characters(text);
  return std::string(used < width ? width - used : 0, ' ') + text;
}

std::string cell(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return " " + right_aligned(text, 9);
}

}  // namespace

ClassificationReport classification_report(const Labels& truth, const Labels& predicted) {
  const auto [is, got] = aligned(truth, predicted);
  std::vector<Counts> by_class(is.classes.names.size());
  std::vector<ClassScores> by_text;
  std::size_t right = 0;
  for (std::size_t t = 0; t < is.size(); ++t) {
    Counts counts{.right = 0, .predicted = got[t].size(), .present = is[t].size()};
    for (const std::uint32_t label : got[t]) {
      ++by_class[label].predicted;
      if (!has(is[t], label)) continue;
      ++by_class[label].right;
      ++counts.right;
    }
    for (const std::uint32_t label : is[t]) ++by_class[label].present;
    if (is.multilabel) by_text.push_back(scores_of(counts, {}));
    right += counts.right == counts.predicted && counts.right == counts.present ? 1 : 0;
  }

  ClassificationReport report{.classes = {},
                              .averages = {},
                              .accuracy = ratio(right, is.size()),
                              .texts = is.size(),
                              .multilabel = is.multilabel};
  Counts all;
  for (std::size_t c = 0; c < by_class.size(); ++c) {
    if (by_class[c].predicted + by_class[c].present == 0) continue;
    report.classes.push_back(scores_of(by_class[c], is.classes.names[c]));
    all += by_class[c];
  }
  if (is.multilabel) report.averages.push_back(scores_of(all, "micro avg"));
  report.averages.push_back(average(report.classes, "macro avg", false, all.present));
  report.averages.push_back(average(report.classes, "weighted avg", true, all.present));
  if (is.multilabel) report.averages.push_back(average(by_text, "samples avg", false, all.present));
  return report;
}

std::string ClassificationReport::as_text(int digits) const {
  std::size_t width = std::string("weighted avg").size();
  for (const ClassScores& scores : classes)
    width = std::max(width, text::count_characters(scores.name));
  std::string text = right_aligned("", width) + " ";
  for (const char* heading : {"precision", "recall", "f1-score", "support"}) {
    text += " " + right_aligned(heading, 9);
  }
  text += "\n\n";
  const auto add = [&](const ClassScores& scores) {
    text += right_aligned(scores.name, width) + " " + cell(scores.precision, digits) +
            cell(scores.recall, digits) + cell(scores.f1, digits) + " " +
            right_aligned(std::to_string(scores.support), 9) + "\n";
  };
  for (const ClassScores& scores : classes) add(scores);
  text += "\n";
  if (!multilabel) {
    text += right_aligned("accuracy", width) + " " + std::string(20, ' ') + cell(accuracy, digits) +
            " " + right_aligned(std::to_string(texts), 9) + "\n";
  }
  for (const ClassScores& scores : averages) add(scores);
  return text;
}

ConfusionMatrix confusion_matrix(const Labels& truth, const Labels& predicted) {
  const auto [is, got] = aligned(truth, predicted);
  if (is.multilabel) {
    throw std::invalid_argument("a confusion matrix needs texts with one label each");
  }
  const std::size_t classes = is.classes.names.size();
  ConfusionMatrix matrix{.classes = is.classes,
                         .counts = std::vector<std::size_t>(classes * classes)};
  for (std::size_t t = 0; t < is.size(); ++t) ++matrix.counts[is[t][0] * classes + got[t][0]];
  return matrix;
}

}  // namespace m2v
