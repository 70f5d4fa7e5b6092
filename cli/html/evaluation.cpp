#include "cli/html/evaluation.h"

#include <algorithm>
#include <array>

#include "cli/html/markup.h"
#include "cli/terminal.h"
#include "m2v/calibration.h"
#include "m2v/version.h"

namespace m2v::cli::html {
namespace {

std::string stat(const std::string& value, const std::string& name) {
  return "<div class=\"card stat\"><b>" + escaped(value) + "</b><span>" + escaped(name) +
         "</span></div>\n";
}

double average_f1(const ClassificationReport& report, std::string_view name) {
  const auto found = std::ranges::find(report.averages, name, &ClassScores::name);
  return found == report.averages.end() ? 0 : found->f1;
}

/// Returns links to the sections that `content` contains.
std::string navigation(const std::string& content) {
  struct Link {
    std::string_view id, name;
  };
  constexpr std::array<Link, 7> kLinks = {{{"classes", "Classes"},
                                           {"confusion", "Confusion"},
                                           {"curves", "Precision and recall"},
                                           {"calibration", "Calibration"},
                                           {"errors", "Errors"},
                                           {"words", "Words"},
                                           {"learning", "Learning"}}};
  std::string out = "<nav>\n";
  for (const Link& link : kLinks) {
    if (content.find("<section id=\"" + std::string(link.id) + "\"") == std::string::npos) continue;
    out.append("<a href=\"#").append(link.id).append("\">").append(link.name).append("</a>\n");
  }
  return out + "</nav>\n";
}

}  // namespace

std::string headline(const Evaluation& evaluation) {
  const ClassificationReport& report = evaluation.report;
  std::string out = "<div class=\"stats\">\n";
  if (report.multilabel) {
    out += stat(fixed(average_f1(report, "micro avg"), 3), "micro F1");
    out += stat(fixed(average_f1(report, "macro avg"), 3), "macro F1");
    out += stat(percent(report.accuracy), "all labels right");
  } else {
    out += stat(percent(report.accuracy), "accuracy");
    out += stat(fixed(average_f1(report, "macro avg"), 3), "macro F1");
    out += stat(fixed(average_f1(report, "weighted avg"), 3), "weighted F1");
  }
  out += stat(with_separators(evaluation.texts.size()), "texts");
  return out + "</div>\n";
}

std::string evaluation_page(const Evaluation& evaluation) {
  const std::string content = class_table(evaluation) + confusion(evaluation) +
                              precision_recall(evaluation) + calibration_plot(evaluation) +
                              errors(evaluation) + words(evaluation) + learning_curves(evaluation);
  const std::string title = evaluation.model + " on " + evaluation.file;
  std::string body = "<header>\n<h1>" + escaped(evaluation.model) + "</h1>\n<p class=\"sub\">on " +
                     with_separators(evaluation.texts.size()) + " texts of " +
                     escaped(evaluation.file) + "</p>\n" + navigation(content) + "</header>\n" +
                     headline(evaluation) + "<main>\n" + content + "</main>\n";
  body.append("<footer>m2v ").append(version()).append("</footer>\n");
  return page(title, body);
}

}  // namespace m2v::cli::html
