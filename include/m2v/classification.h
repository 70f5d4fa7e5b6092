#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "m2v/export.h"
#include "m2v/labels.h"

// Evaluation of classifiers, with the metrics of scikit-learn.
//
//   const m2v::Labels predicted = classifier.predict(data.texts());
//   std::cout << m2v::classification_report(data.labels(), predicted).as_text();

namespace m2v {

/// The metrics of one class, or an average over classes.
struct ClassScores {
  std::string name;      ///< Name of the class or the average.
  double precision = 0;  ///< Fraction of the texts predicted as this class that have it; 0 if none.
  double recall = 0;     ///< Fraction of the texts of this class predicted as such; 0 if none.
  double f1 = 0;         ///< Harmonic mean of precision and recall.
  std::size_t support = 0;  ///< Number of texts of this class; for averages, of all labels.
};

/// A report with the values of scikit-learn's classification_report (1.9.1), to the last digit.
struct M2V_API ClassificationReport {
  std::vector<ClassScores> classes;  ///< Classes that occur in either set of labels, in order.
  /// "macro avg" and "weighted avg"; for multilabel data, "micro avg" before them and "samples avg"
  /// after them.
  std::vector<ClassScores> averages;
  double accuracy = 0;      ///< Fraction of the texts whose labels are all correct.
  std::size_t texts = 0;    ///< Number of texts.
  bool multilabel = false;  ///< Whether a text may have any number of classes.

  /// Returns the table in scikit-learn's layout, with a final newline.
  [[nodiscard]] std::string as_text(int digits = 2) const;
};

/// Compares predicted labels with true ones. Either may have classes that the other lacks. Throws
/// std::invalid_argument if there are no labels, if their numbers differ, or if only one of the two
/// is multilabel.
[[nodiscard]] M2V_API ClassificationReport classification_report(const Labels& truth,
                                                                 const Labels& predicted);

/// Counts how often texts of each class were predicted as each class.
struct ConfusionMatrix {
  Classes classes;                  ///< The classes of both sets of labels.
  std::vector<std::size_t> counts;  ///< [true class, predicted class], row-major.

  /// Returns the number of texts of class `truth` that were predicted as class `predicted`.
  std::size_t at(std::size_t truth, std::size_t predicted) const {
    return counts[truth * classes.names.size() + predicted];
  }
};

/// Computes the confusion matrix. Throws as classification_report() does, and also for multilabel
/// data.
[[nodiscard]] M2V_API ConfusionMatrix confusion_matrix(const Labels& truth,
                                                       const Labels& predicted);

/// Precision and recall of a class at every distinct threshold, in ascending order of thresholds. A
/// final point with precision 1 and recall 0 has no threshold.
struct PrecisionRecallCurve {
  std::vector<float> thresholds;          ///< Texts with at least this probability get the class.
  std::vector<double> precision, recall;  ///< One more than thresholds.
  /// Sum over the thresholds of the precision times the increase in recall.
  double average_precision = 0;
};

/// Computes what scikit-learn's precision_recall_curve and average_precision_score do. `has` is 1
/// for a text that has the class and 0 otherwise. Throws std::invalid_argument if the lengths
/// differ or are 0.
[[nodiscard]] M2V_API PrecisionRecallCurve
precision_recall_curve(std::span<const float> probabilities, std::span<const std::uint8_t> has);

}  // namespace m2v
