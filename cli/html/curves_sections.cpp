#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "cli/fit_progress.h"
#include "cli/html/chart.h"
#include "cli/html/evaluation.h"
#include "cli/html/markup.h"
#include "cli/terminal.h"
#include "m2v/calibration.h"

namespace m2v::cli::html {
namespace {

constexpr std::size_t kMaxCurves = 10;  // the number of colours

/// Returns the points of a curve without those that are too close to the previous one to be
/// distinguished.
std::vector<Point> points_of(const PrecisionRecallCurve& curve) {
  constexpr double kVisible = 0.004;
  std::vector<Point> points;
  for (std::size_t i = 0; i < curve.recall.size(); ++i) {
    const Point point{curve.recall[i], curve.precision[i]};
    const bool is_end = i == 0 || i + 1 == curve.recall.size();
    if (is_end ||
        std::abs(point.x - points.back().x) + std::abs(point.y - points.back().y) >= kVisible) {
      points.push_back(point);
    }
  }
  return points;
}

PrecisionRecallCurve curve_of(const Evaluation& evaluation, std::size_t of) {
  std::vector<float> probabilities;
  std::vector<std::uint8_t> has;
  for (std::size_t t = 0; t < evaluation.texts.size(); ++t) {
    probabilities.push_back(evaluation.probabilities.row(t)[of]);
    has.push_back(evaluation.has(t, of) ? 1 : 0);
  }
  return precision_recall_curve(probabilities, has);
}

/// Computes the calibration of the probabilities of the predicted classes or, if texts have several
/// labels, of all probabilities.
Calibration calibration_of(const Evaluation& evaluation) {
  std::vector<float> probabilities;
  std::vector<std::uint8_t> right;
  for (std::size_t t = 0; t < evaluation.texts.size(); ++t) {
    const auto row = evaluation.probabilities.row(t);
    if (evaluation.report.multilabel) {
      for (std::size_t c = 0; c < row.size(); ++c) {
        probabilities.push_back(row[c]);
        right.push_back(evaluation.has(t, c) ? 1 : 0);
      }
    } else {
      const auto best = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
      probabilities.push_back(row[best]);
      right.push_back(evaluation.has(t, best) ? 1 : 0);
    }
  }
  return calibration(probabilities, right);
}

/// Draws a bar over the bin from `from.x` to `to`, between `from.y` and `height`.
std::string bar(const Chart& chart, Point from, double to, double height, const std::string& tip,
                const char* color) {
  const Point low = chart.at(from), high = chart.at({to, height});
  return "<rect class=\"area\" x=\"" + short_number(low.x + 1) + "\" y=\"" + short_number(high.y) +
         "\" width=\"" + short_number(high.x - low.x - 2) + "\" height=\"" +
         short_number(std::max(0.0, low.y - high.y)) + "\" fill=\"var(--" + color + ")\"><title>" +
         escaped(tip) + "</title></rect>\n";
}

std::string card(const std::string& heading, const Chart& chart) {
  return "<div class=\"card\"><h3>" + escaped(heading) + "</h3>\n" + chart.svg() + "</div>\n";
}

Chart reliability_chart(const Calibration& calibration, const Axis& x, const char* outcome) {
  Chart chart{
      .x = x, .y = {}, .described = "Fraction of correct predictions by predicted probability"};
  const double width = 1.0 / static_cast<double>(calibration.bins.size());
  for (std::size_t i = 0; i < calibration.bins.size(); ++i) {
    const Calibration::Bin& bin = calibration.bins[i];
    if (bin.count == 0) continue;
    const double from = std::max(static_cast<double>(i) * width, x.from);
    chart.behind += bar(chart, {from, 0}, static_cast<double>(i + 1) * width, bin.accuracy,
                        "predicted " + percent(bin.probability) + ", " + outcome + " " +
                            percent(bin.accuracy) + " of " + with_separators(bin.count),
                        "s0");
  }
  const Point from = chart.at({x.from, x.from}), to = chart.at({1, 1});
  chart.behind += "<path class=\"aid\" d=\"M" + short_number(from.x) + " " + short_number(from.y) +
                  "L" + short_number(to.x) + " " + short_number(to.y) + "\"/>\n";
  return chart;
}

Chart count_chart(const Calibration& calibration, const Axis& x) {
  std::size_t most = 1;
  for (const Calibration::Bin& bin : calibration.bins) most = std::max(most, bin.count);
  Chart chart{.x = x,
              .y = axis_for({}, 0, static_cast<double>(most)),
              .described = "How often each probability was predicted"};
  chart.y.decimals = 0;
  const double width = 1.0 / static_cast<double>(calibration.bins.size());
  for (std::size_t i = 0; i < calibration.bins.size(); ++i) {
    const std::size_t count = calibration.bins[i].count;
    if (count == 0) continue;
    const double from = std::max(static_cast<double>(i) * width, x.from);
    chart.behind += bar(chart, {from, 0}, static_cast<double>(i + 1) * width,
                        static_cast<double>(count), with_separators(count), "s7");
  }
  return chart;
}

/// Returns the number of epochs, with its fraction, that were completed at a check.
double epochs(const FitReport& training, const FitCheck& check) {
  const std::size_t steps = (training.train_texts + training.batch_size - 1) / training.batch_size;
  return static_cast<double>(check.step) / static_cast<double>(steps);
}

/// Draws a metric by epoch, on the training texts and on the validation texts.
Chart measure_chart(const FitReport& training, double FitCheck::* train, double FitCheck::* check,
                    const std::string& name) {
  Series own{.name = "training", .color = 7, .dashed = true, .dots = true};
  Series held{.name = "validation", .color = 0, .dots = true};
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (const FitCheck& at : training.checks) {
    const double location = epochs(training, at);
    for (const auto& [series, value] : {std::pair(&own, at.*train), std::pair(&held, at.*check)}) {
      if (!std::isfinite(value)) continue;
      series->points.push_back({location, value});
      least = std::min(least, value);
      most = std::max(most, value);
    }
  }
  const double last = own.points.empty() ? 1 : std::max(1.0, own.points.back().x);
  Chart chart{.x = {.label = "epoch", .from = 0, .to = last, .decimals = last < 3 ? 2 : 0},
              .y = axis_for({}, least, most),
              .series = {std::move(own), std::move(held)},
              .described = name + " by epoch"};
  chart.y.decimals = 3;
  if (const FitCheck* best = best_check(training)) {
    const double location = epochs(training, *best);
    const Point low = chart.at({location, chart.y.from}), high = chart.at({location, chart.y.to});
    chart.behind = "<path class=\"aid\" d=\"M" + short_number(low.x) + " " + short_number(low.y) +
                   "V" + short_number(high.y) + "\"><title>the best check</title></path>\n";
  }
  return chart;
}

}  // namespace

std::string precision_recall(const Evaluation& evaluation) {
  const std::size_t count = evaluation.classes().names.size();
  std::vector<std::size_t> by_label(evaluation.truth.classes.names.size());
  for (const std::uint32_t label : evaluation.truth.numbers) ++by_label[label];
  std::vector<std::size_t> support, order(count);
  for (const std::uint32_t location : evaluation.locations) support.push_back(by_label[location]);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [&](std::size_t c) { return support[c]; });
  order.resize(std::min(order.size(), kMaxCurves));
  std::erase_if(order, [&](std::size_t c) { return support[c] == 0; });
  if (order.empty()) return {};
  std::ranges::sort(order);
  Chart chart{.x = {.label = "recall"}, .y = {}, .described = "Precision by recall, by class"};
  for (const std::size_t c : order) {
    const PrecisionRecallCurve curve = curve_of(evaluation, c);
    chart.series.push_back({.name = evaluation.classes().names[c],
                            .note = fixed(curve.average_precision, 4),
                            .points = points_of(curve),
                            .color = chart.series.size()});
  }
  std::string lead =
      "Precision (vertical) against recall (horizontal) for all thresholds, by class. The legend "
      "shows average precision, the area under the curve.";
  if (order.size() < count) {
    lead += " Showing the " + with_separators(order.size()) + " most frequent of " +
            with_separators(count) + " classes.";
  }
  return section("curves", "Precision and recall", lead,
                 "<div class=\"card split\">" + chart.svg() + "</div>");
}

std::string calibration_plot(const Evaluation& evaluation) {
  const Calibration result = calibration_of(evaluation);
  const bool several = evaluation.report.multilabel;
  const double classes = static_cast<double>(evaluation.classes().names.size());
  // The most probable of n classes has a probability of at least 1/n.
  const double from = several ? 0.0 : std::floor(10 / classes) / 10;
  const Axis axis{.label = "predicted probability", .from = from, .to = 1, .decimals = 1};
  const char* const outcome = several ? "present in" : "right in";
  return section(
      "calibration", "Calibration",
      "Whether probabilities match frequencies: of the predictions with a probability of "
      "80\u202F%, 80\u202F% should be right, as on the dashed line. On average they are off by " +
          percent(result.error) + " (expected calibration error, ten bins).",
      "<div class=\"grid\">" +
          card(several ? "fraction present" : "fraction correct",
               reliability_chart(result, axis, outcome)) +
          card("number of predictions", count_chart(result, axis)) + "</div>");
}

std::string learning_curves(const Evaluation& evaluation) {
  if (!evaluation.training || evaluation.training->checks.empty() ||
      evaluation.training->train_texts == 0 || evaluation.training->batch_size == 0) {
    return {};
  }
  const FitReport& training = *evaluation.training;
  return section(
      "learning", "Learning",
      "Training: " + escaped(as_text(training, true)) +
          ". The vertical dashed line marks the check whose state was saved.",
      "<div class=\"grid\">" +
          card("loss", measure_chart(training, &FitCheck::train_loss, &FitCheck::loss, "loss")) +
          card("accuracy", measure_chart(training, &FitCheck::train_accuracy, &FitCheck::accuracy,
                                         "accuracy")) +
          "</div>");
}

}  // namespace m2v::cli::html
