#include "cli/fit_progress.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <string_view>

#include "cli/terminal.h"

namespace m2v::cli {
namespace {

/// A column of the table of checks. Columns of accuracy are omitted if the task has none.
struct Column {
  std::string_view heading;
  double FitCheck::* value;
  bool is_accuracy;
};
constexpr std::array<Column, 4> kColumns = {{{"training loss", &FitCheck::train_loss, false},
                                             {"accuracy", &FitCheck::train_accuracy, true},
                                             {"validation loss", &FitCheck::loss, false},
                                             {"accuracy", &FitCheck::accuracy, true}}};

std::string right_aligned(std::string_view text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + std::string(text);
}

std::string heading(bool has_accuracy) {
  std::string line = "epoch";
  for (const Column& column : kColumns) {
    if (has_accuracy || !column.is_accuracy) line.append("  ").append(column.heading);
  }
  return line;
}

std::string line_of(const FitCheck& check, bool has_accuracy) {
  std::string line = right_aligned(std::to_string(check.epoch), 5);
  for (const Column& column : kColumns) {
    if (!has_accuracy && column.is_accuracy) continue;
    line += "  " + right_aligned(fixed(check.*column.value, 4), column.heading.size());
  }
  return line + (check.best ? "  best so far" : "");
}

}  // namespace

OnEvent FitProgress::on_event() {
  return [this](const Event& event) {
    show_checks();
    return reporter_.on_event()(event);
  };
}

void FitProgress::finish() {
  show_checks();
  reporter_.clear();
}

void FitProgress::show_checks() {
  if (shown_ == 0 && !report_.checks.empty()) reporter_.line(heading(has_accuracy_));
  for (; shown_ < report_.checks.size(); ++shown_) {
    reporter_.line(line_of(report_.checks[shown_], has_accuracy_));
  }
}

const FitCheck* best_check(const FitReport& report) {
  const auto found = std::find_if(report.checks.rbegin(), report.checks.rend(),
                                  [](const FitCheck& check) { return check.best; });
  return found == report.checks.rend() ? nullptr : &*found;
}

std::string as_text(const FitReport& report, bool has_accuracy) {
  std::string text;
  if (const FitCheck* best = best_check(report)) {
    text =
        (has_accuracy ? "accuracy " + fixed(best->accuracy, 4) : "loss " + fixed(best->loss, 4)) +
        " on " + counted(report.validation_texts, "validation text") + " (epoch " +
        std::to_string(best->epoch) + " of " + std::to_string(report.checks.back().epoch) + "), ";
  }
  text += counted(report.train_texts, "text") + " in " + fixed(report.seconds, 1) + " s";
  if (const auto& scaling = report.calibration) {
    text += ", temperature " + fixed(scaling->temperature, 3) + " (calibration error " +
            fixed(scaling->error_before * 100, 1) + " % -> " +
            fixed(scaling->error_after * 100, 1) + " %)";
  }
  return text;
}

void add_fit_report(JsonObject& object, const FitReport& report, bool has_accuracy) {
  object.add("train_texts", report.train_texts)
      .add("validation_texts", report.validation_texts)
      .add("batch_size", report.batch_size)
      .add("steps", report.steps)
      .add("seconds", rounded(report.seconds))
      .add("cancelled", report.cancelled);
  JsonObject problems;
  for (const DataProblem& problem : report.data_problems) {
    problems.add(name_of(problem.kind), problem.count);
  }
  if (has_accuracy) object.add_raw("data_problems", problems.str());
  if (const auto& scaling = report.calibration) {
    object.add_raw("calibration", JsonObject()
                                      .add("temperature", scaling->temperature)
                                      .add("loss_before", scaling->loss_before)
                                      .add("loss_after", scaling->loss_after)
                                      .add("error_before", scaling->error_before)
                                      .add("error_after", scaling->error_after)
                                      .str());
  }
  const FitCheck* best = best_check(report);
  if (best == nullptr) return;
  object.add("epochs", report.checks.back().epoch)
      .add("best_epoch", best->epoch)
      .add("validation_loss", best->loss);
  if (has_accuracy) object.add("validation_accuracy", best->accuracy);
}

}  // namespace m2v::cli
