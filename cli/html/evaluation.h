#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "m2v/classification.h"
#include "m2v/fit.h"
#include "m2v/pipeline.h"

namespace m2v::cli::html {

/// A classifier's answers to labelled texts, and all that a page about them shows.
struct Evaluation {
  std::string model, file;  ///< As the user named them.
  Pipeline pipeline;
  Texts texts;
  Labels truth, predicted;  ///< Of the same classes: the pipeline's, and those that it lacks.
  std::vector<std::uint32_t> places;  ///< Where the pipeline's classes are among these.
  Matrix probabilities;               ///< [texts, pipeline's classes]
  double threshold = 0.5;
  ClassificationReport report;
  std::optional<FitReport> training;
  unsigned threads = 0;

  const Classes& classes() const { return pipeline.classes(); }
  /// Whether the text has a class of the pipeline's.
  bool has(std::size_t text, std::size_t of) const {
    return std::ranges::find(truth[text], places[of]) != truth[text].end();
  }
  /// The name of a text's own class. Of one class a text.
  const std::string& true_class(std::size_t text) const {
    return truth.classes.names[truth[text][0]];
  }
};

// The sections, each empty if there is nothing to show.
std::string headline(const Evaluation& evaluation);
std::string class_table(const Evaluation& evaluation);
std::string confusion(const Evaluation& evaluation);
std::string precision_recall(const Evaluation& evaluation);
std::string calibration_plot(const Evaluation& evaluation);
std::string learning_curves(const Evaluation& evaluation);
std::string errors(const Evaluation& evaluation);
std::string words(const Evaluation& evaluation);

/// One self-contained page, of a size that depends little on the number of texts.
std::string evaluation_page(const Evaluation& evaluation);

}  // namespace m2v::cli::html
