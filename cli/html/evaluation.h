#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "m2v/classification.h"
#include "m2v/fit.h"
#include "m2v/model_with_head.h"

namespace m2v::cli::html {

/// A classifier's predictions for labelled texts, with everything that the page about them shows.
struct Evaluation {
  std::string model, file;  ///< Names of the model and of the file of texts, without folders.
  ModelWithHead trained;
  Texts texts;              ///< Must outlive this object.
  Labels truth, predicted;  ///< Over the same classes: those of the texts and of the model.
  std::vector<std::uint32_t> locations;  ///< Index of each model class among those classes.
  Matrix probabilities;                  ///< [texts, model's classes]
  double threshold = 0.5;                ///< With several labels per text: minimum probability.
  ClassificationReport report;
  std::optional<FitReport> training;  ///< How the model was trained, if it is known.
  unsigned threads = 0;               ///< 0: one per processor.

  const Classes& classes() const { return trained.classes(); }
  /// Returns whether the true labels of a text include the model's class `of`.
  bool has(std::size_t text, std::size_t of) const {
    return std::ranges::find(truth[text], locations[of]) != truth[text].end();
  }
  /// Returns the name of a text's true class. Precondition: every text has one label.
  const std::string& true_class(std::size_t text) const {
    return truth.classes.names[truth[text][0]];
  }
};

// The sections of the page as HTML. A section without content is an empty string.
std::string headline(const Evaluation& evaluation);
std::string class_table(const Evaluation& evaluation);
std::string confusion(const Evaluation& evaluation);
std::string precision_recall(const Evaluation& evaluation);
std::string calibration_plot(const Evaluation& evaluation);
std::string learning_curves(const Evaluation& evaluation);
std::string errors(const Evaluation& evaluation);
std::string words(const Evaluation& evaluation);

/// Returns the page: one self-contained HTML document, whose size hardly depends on the number of
/// texts.
std::string evaluation_page(const Evaluation& evaluation);

}  // namespace m2v::cli::html
