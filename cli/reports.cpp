#include "cli/reports.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/json.h"
#include "cli/terminal.h"
#include "m2v/cross_validation.h"

namespace m2v::cli {
namespace {

double average_f1(const ClassificationReport& report, std::string_view name) {
  const auto found = std::ranges::find(report.averages, name, &ClassScores::name);
  return found == report.averages.end() ? 0 : found->f1;
}

/// A metric that is reported for each fold.
struct Measure {
  std::string_view heading, key;
  double (*of)(const ClassificationReport&);
};
constexpr std::array<Measure, 3> kMeasures = {
    {{"accuracy", "accuracy", [](const ClassificationReport& r) { return r.accuracy; }},
     {"macro F1", "macro_f1",
      [](const ClassificationReport& r) { return average_f1(r, "macro avg"); }},
     {"weighted F1", "weighted_f1",
      [](const ClassificationReport& r) { return average_f1(r, "weighted avg"); }}}};

std::vector<double> values(std::span<const ClassificationReport> folds, const Measure& measure) {
  std::vector<double> all;
  for (const ClassificationReport& report : folds) all.push_back(measure.of(report));
  return all;
}

std::string row(const std::string& name, double (*figure)(const Spread&),
                std::span<const ClassificationReport> folds) {
  std::string line = padded(name, 6);
  for (const Measure& measure : kMeasures) {
    line += padded(fixed(figure(spread_of(values(folds, measure))), 4), measure.heading.size() + 3);
  }
  return line;
}

/// Returns whether scikit-learn's dictionary uses this name for something other than a class.
bool is_average(const ClassificationReport& report, std::string_view name) {
  return name == "accuracy" || std::ranges::count(report.averages, name, &ClassScores::name) > 0;
}

std::string scores_as_json(const ClassScores& scores) {
  return JsonObject()
      .add("precision", scores.precision)
      .add("recall", scores.recall)
      .add("f1-score", scores.f1)
      .add("support", scores.support)
      .str();
}

}  // namespace

std::string folds_as_text(std::span<const ClassificationReport> folds) {
  std::string text = "  fold";
  for (const Measure& measure : kMeasures) text.append("   ").append(measure.heading);
  text += "   texts\n";
  const auto mean = [](const Spread& spread) { return spread.mean; };
  for (std::size_t f = 0; f < folds.size(); ++f) {
    text += row(std::to_string(f + 1), mean, folds.subspan(f, 1)) +
            padded(with_separators(folds[f].texts), 8) + "\n";
  }
  text += row("mean", mean, folds) + "\n";
  return text + row("spread", [](const Spread& spread) { return spread.deviation; }, folds) + "\n";
}

std::string report_as_json(const ClassificationReport& report) {
  std::set<std::string> taken = {"accuracy"};
  for (const ClassScores& scores : report.averages) taken.insert(scores.name);
  for (const ClassScores& scores : report.classes) taken.insert(scores.name);
  JsonObject object;
  for (const ClassScores& scores : report.classes) {
    std::string key = scores.name;
    if (is_average(report, key)) {
      while (!taken.insert(key).second) key += " (class)";
    }
    object.add_raw(key, scores_as_json(scores));
  }
  object.add("accuracy", report.accuracy);
  for (const ClassScores& scores : report.averages) {
    object.add_raw(scores.name, scores_as_json(scores));
  }
  return object.str();
}

std::string folds_as_json(std::span<const ClassificationReport> folds) {
  std::string reports;
  for (const ClassificationReport& report : folds) {
    reports.append(reports.empty() ? "[" : ", ").append(report_as_json(report));
  }
  JsonObject object;
  object.add_raw("reports", reports + "]");
  for (const Measure& measure : kMeasures) {
    const Spread spread = spread_of(values(folds, measure));
    object.add_raw(measure.key,
                   JsonObject().add("mean", spread.mean).add("deviation", spread.deviation).str());
  }
  return object.str();
}

}  // namespace m2v::cli
