#include <algorithm>
#include <cmath>
#include <numeric>

#include "cli/html/evaluation.h"
#include "cli/html/markup.h"
#include "cli/terminal.h"

namespace m2v::cli::html {
namespace {

/// Maximum number of rows of the confusion matrix; a larger one would not be readable.
constexpr std::size_t kMaxClasses = 24;

std::string bar_cell(double value) {
  return "<td class=\"bar\" style=\"--v:" + short_number(value * 100, 1) + "%\">" +
         fixed(value, 3) + "</td>";
}

std::string row_of(const ClassScores& scores, const char* kind) {
  return std::string("<tr") + kind + "><td class=\"name\"><bdi>" +
         escaped(shortened(scores.name, 80)) + "</bdi></td>" + bar_cell(scores.precision) +
         bar_cell(scores.recall) + bar_cell(scores.f1) + "<td>" + with_separators(scores.support) +
         "</td></tr>\n";
}

/// Returns the most frequent classes, by true and predicted labels, in order of their indices.
std::vector<std::size_t> shown_classes(const ConfusionMatrix& matrix) {
  const std::size_t count = matrix.classes.names.size();
  std::vector<std::size_t> order(count), weight(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b < count; ++b) {
      weight[a] += matrix.at(a, b);
      if (a != b) weight[b] += matrix.at(a, b);
    }
  }
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t c) { return weight[c]; });
  order.resize(std::min(order.size(), kMaxClasses));
  std::ranges::sort(order);
  return order;
}

std::size_t texts_of(const ConfusionMatrix& matrix, std::size_t truth) {
  std::size_t total = 0;
  for (std::size_t c = 0; c < matrix.classes.names.size(); ++c) total += matrix.at(truth, c);
  return total;
}

std::string matrix_cell(const ConfusionMatrix& matrix, std::size_t truth, std::size_t predicted,
                        std::size_t total) {
  const std::size_t count = matrix.at(truth, predicted);
  if (count == 0) return "<td class=\"none\" style=\"--a:0\">\u00B7</td>";
  const double share = static_cast<double>(count) / static_cast<double>(total);
  const std::string tip = counted(count, "text") + " (" + percent(share) + ") of \u201C" +
                          matrix.classes.names[truth] + "\u201D predicted as \u201C" +
                          matrix.classes.names[predicted] + "\u201D";
  // The square root makes small numbers of errors visible.
  const double depth = truth == predicted ? share : std::sqrt(share);
  return std::string("<td class=\"") + (truth == predicted ? "right" : "") +
         (depth > 0.55 ? " strong" : "") + "\" style=\"--a:" + short_number(depth) + "\" title=\"" +
         escaped(tip) + "\">" + with_separators(count) + "</td>";
}

std::string matrix_table(const ConfusionMatrix& matrix, const std::vector<std::size_t>& shown) {
  std::size_t longest = 0;
  for (const std::size_t c : shown) {
    longest = std::max(longest, matrix.classes.names[c].size());
  }
  const bool tilted = longest * shown.size() > 60;
  const auto name = [&](std::size_t c) {
    const std::string& full = matrix.classes.names[c];
    return "title=\"" + escaped(full) + "\"><bdi>" + escaped(shortened(full, 24)) + "</bdi></th>";
  };
  std::string out = std::string("<div class=\"scroll\"><table class=\"matrix") +
                    (tilted ? " tilted" : "") + "\">\n<tr><td style=\"background:none\"></td>";
  for (const std::size_t c : shown) out += "<th scope=\"col\" " + name(c);
  out += "</tr>\n";
  for (const std::size_t truth : shown) {
    const std::size_t total = texts_of(matrix, truth);
    out += "<tr><th scope=\"row\" " + name(truth);
    for (const std::size_t c : shown) out += matrix_cell(matrix, truth, c, total);
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

/// Lists the pairs of classes that are confused most often.
std::string most_frequent(const ConfusionMatrix& matrix) {
  constexpr std::size_t kMaxConfusions = 8;
  struct Entry {
    std::size_t truth, predicted, count;
  };
  std::vector<Entry> entries;
  for (std::size_t a = 0; a < matrix.classes.names.size(); ++a) {
    for (std::size_t b = 0; b < matrix.classes.names.size(); ++b) {
      if (a != b && matrix.at(a, b) > 0) entries.push_back({a, b, matrix.at(a, b)});
    }
  }
  std::ranges::stable_sort(entries, std::ranges::greater(), &Entry::count);
  entries.resize(std::min(entries.size(), kMaxConfusions));
  std::string out = "<div><h3>most frequent</h3><table>\n";
  for (const Entry& entry : entries) {
    const auto name = [&](std::size_t c) {
      return "<bdi>" + escaped(shortened(matrix.classes.names[c], 40)) + "</bdi>";
    };
    const double share =
        static_cast<double>(entry.count) / static_cast<double>(texts_of(matrix, entry.truth));
    out += "<tr><td class=\"name\">" + name(entry.truth) + " predicted as " +
           name(entry.predicted) + "</td><td>" + with_separators(entry.count) + "</td><td>" +
           percent(share) + "</td></tr>\n";
  }
  return entries.empty() ? "" : out + "</table></div>\n";
}

}  // namespace

std::string class_table(const Evaluation& evaluation) {
  const ClassificationReport& report = evaluation.report;
  std::string out =
      "<div class=\"card scroll\"><table>\n<tr><th></th><th>precision</th><th>recall</th>"
      "<th>F1</th><th>support</th></tr>\n";
  for (const ClassScores& scores : report.classes) out += row_of(scores, "");
  for (std::size_t i = 0; i < report.averages.size(); ++i) {
    out += row_of(report.averages[i], i == 0 ? " class=\"average first\"" : " class=\"average\"");
  }
  return section(
      "classes", "Classes",
      "Precision: the fraction of the texts predicted as the class that belong to it. Recall: the "
      "fraction of the texts of the class that are predicted as such. F1: their harmonic mean.",
      out + "</table></div>");
}

std::string confusion(const Evaluation& evaluation) {
  constexpr std::size_t kMaxMatrixClasses = 2000;  // the matrix takes quadratic memory
  if (evaluation.report.multilabel || evaluation.truth.classes.names.size() > kMaxMatrixClasses)
    return {};
  const ConfusionMatrix matrix = confusion_matrix(evaluation.truth, evaluation.predicted);
  const std::vector<std::size_t> shown = shown_classes(matrix);
  std::string lead =
      "The confusion matrix: one row per true class, one column per predicted class.";
  if (shown.size() < matrix.classes.names.size()) {
    lead += " Showing the " + with_separators(shown.size()) + " most frequent of " +
            with_separators(matrix.classes.names.size()) + " classes.";
  }
  const std::string layout = shown.size() > 10 ? "stack" : "split narrow";
  return section("confusion", "Confusion", lead,
                 "<div class=\"card " + layout + "\">" + matrix_table(matrix, shown) +
                     most_frequent(matrix) + "</div>");
}

}  // namespace m2v::cli::html
