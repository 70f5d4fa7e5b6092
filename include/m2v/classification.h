#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "m2v/export.h"
#include "m2v/labels.h"

namespace m2v {

/// How well one class is told apart, or the average over all.
struct ClassScores {
  std::string name;
  double precision = 0;     ///< Of the texts that got the class, how many have it; 0 if none did.
  double recall = 0;        ///< Of the texts that have the class, how many got it; 0 if none has.
  double f1 = 0;            ///< Their harmonic mean.
  std::size_t support = 0;  ///< Texts that have the class; of averages, all labels together.
};

/// What scikit-learn's classification_report (1.9.1) computes, with the same last digits.
struct M2V_API ClassificationReport {
  std::vector<ClassScores> classes;  ///< In order, those that occur on either side.
  /// "macro avg" and "weighted avg"; with any number of labels a text "micro avg" before them and
  /// "samples avg" behind.
  std::vector<ClassScores> averages;
  double accuracy = 0;  ///< The share of texts of which all labels are right.
  std::size_t texts = 0;
  bool multilabel = false;

  /// The table in scikit-learn's layout, ending with a line end.
  std::string as_text(int digits = 2) const;
};

/// Compares predicted labels with true ones; each side may have classes that the other lacks.
/// Throws std::invalid_argument if there are none, if their numbers differ, or their kinds.
M2V_API ClassificationReport classification_report(const Labels& truth, const Labels& predicted);

/// How often texts of one class got another.
struct ConfusionMatrix {
  Classes classes;
  std::vector<std::size_t> counts;  ///< [true class, predicted class]

  std::size_t at(std::size_t truth, std::size_t predicted) const {
    return counts[truth * classes.names.size() + predicted];
  }
};

/// Over the classes of both sides. Throws as classification_report() does, also for several labels
/// a text.
M2V_API ConfusionMatrix confusion_matrix(const Labels& truth, const Labels& predicted);

/// Precision and recall of a class at every threshold that makes a difference, by rising
/// thresholds; one more point, of precision 1 and recall 0, ends the curve.
struct PrecisionRecallCurve {
  std::vector<float> thresholds;  ///< Texts with at least this probability get the class.
  std::vector<double> precision, recall;
  double average_precision = 0;  ///< Sum over the thresholds of precision times gain in recall.
};

/// As scikit-learn's precision_recall_curve and average_precision_score. `has`: 1 for a text that
/// has the class, else 0. Throws std::invalid_argument if the lengths differ or are 0.
M2V_API PrecisionRecallCurve precision_recall_curve(std::span<const float> probabilities,
                                                    std::span<const std::uint8_t> has);

/// Whether probabilities mean what they say.
struct Calibration {
  /// Probabilities above one tenth (say) and up to the next.
  struct Bin {
    double probability = 0;  ///< Their mean.
    double share = 0;        ///< How many of them were right.
    std::size_t count = 0;
  };
  std::vector<Bin> bins;
  double error = 0;  ///< Mean distance of `share` from `probability`, by count (ECE).
};

/// Over `bins` bins of equal width. `right`: 1 where the prediction was right, else 0. Throws
/// std::invalid_argument if the lengths differ, or there are no bins.
M2V_API Calibration calibration(std::span<const float> probabilities,
                                std::span<const std::uint8_t> right, std::size_t bins = 10);

}  // namespace m2v
