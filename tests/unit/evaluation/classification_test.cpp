#include "m2v/classification.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <stdexcept>

#include "evaluation/pairwise_sum.h"
#include "m2v/calibration.h"

using m2v::Calibration;
using m2v::ClassificationReport;
using m2v::ClassScores;
using m2v::ConfusionMatrix;
using m2v::Labels;
using m2v::PrecisionRecallCurve;
using Strings = std::vector<std::string>;

namespace {

Labels single(const Strings& names) { return Labels::single(names); }
Labels multi(const std::vector<Strings>& names) { return Labels::multi(names); }

void check_scores(const ClassScores& scores, const std::string& name, double precision,
                  double recall, double f1, std::size_t support) {
  CHECK(scores.name == name);
  CHECK(scores.precision == doctest::Approx(precision).epsilon(1e-14));
  CHECK(scores.recall == doctest::Approx(recall).epsilon(1e-14));
  CHECK(scores.f1 == doctest::Approx(f1).epsilon(1e-14));
  CHECK(scores.support == support);
}

}  // namespace

TEST_CASE("a report of one class a text, worked by hand") {
  // a: 2 of 3 found, 1 wrongly given; b: 1 of 2 found, 1 wrongly given; c: given once, nobody's.
  const Labels truth = single({"a", "a", "a", "b", "b", "d"});
  const Labels predicted = single({"a", "a", "b", "b", "c", "a"});
  const ClassificationReport report = classification_report(truth, predicted);
  REQUIRE(report.classes.size() == 4);
  check_scores(report.classes[0], "a", 2. / 3, 2. / 3, 2. / 3, 3);
  check_scores(report.classes[1], "b", 1. / 2, 1. / 2, 1. / 2, 2);
  check_scores(report.classes[2], "c", 0, 0, 0, 0);
  check_scores(report.classes[3], "d", 0, 0, 0, 1);
  CHECK(report.accuracy == 0.5);
  CHECK_FALSE(report.multilabel);
  REQUIRE(report.averages.size() == 2);
  check_scores(report.averages[0], "macro avg", 7. / 24, 7. / 24, 7. / 24, 6);
  check_scores(report.averages[1], "weighted avg", 0.5, 0.5, 0.5, 6);
}

TEST_CASE("a report of several labels per text, worked by hand") {
  const Labels truth = multi({{"a", "b"}, {"b"}, {}, {"a"}});
  const Labels predicted = multi({{"b", "a"}, {"a", "b"}, {}, {}});
  const ClassificationReport report = classification_report(truth, predicted);
  REQUIRE(report.classes.size() == 2);
  check_scores(report.classes[0], "a", 1. / 2, 1. / 2, 1. / 2, 2);
  check_scores(report.classes[1], "b", 1, 1, 1, 2);
  CHECK(report.accuracy == 0.5);  // the first and the third
  REQUIRE(report.averages.size() == 4);
  check_scores(report.averages[0], "micro avg", 3. / 4, 3. / 4, 3. / 4, 4);
  check_scores(report.averages[1], "macro avg", 3. / 4, 3. / 4, 3. / 4, 4);
  check_scores(report.averages[2], "weighted avg", 3. / 4, 3. / 4, 3. / 4, 4);
  check_scores(report.averages[3], "samples avg", 3. / 8, 2. / 4, (1 + 2. / 3) / 4, 4);
}

TEST_CASE("classes of the two sides meet by name, integers in their order") {
  const std::vector<std::int64_t> numbers = {10, 9, 9};
  const ClassificationReport report =
      classification_report(single({"10", "9", "10"}), Labels::single(numbers));
  REQUIRE(report.classes.size() == 2);
  check_scores(report.classes[0], "9", 0.5, 1, 2. / 3, 1);
  check_scores(report.classes[1], "10", 1, 0.5, 2. / 3, 2);
  const ClassificationReport mixed =
      classification_report(single({"x", "9", "10"}), Labels::single(numbers));
  CHECK(mixed.classes[0].name == "10");
}

TEST_CASE("the table is laid out as scikit-learn's documentation shows it") {
  const Labels truth = single({"class 0", "class 1", "class 2", "class 2", "class 2"});
  const Labels predicted = single({"class 0", "class 0", "class 2", "class 2", "class 1"});
  CHECK(classification_report(truth, predicted).as_text() ==
        R"(              precision    recall  f1-score   support

     class 0       0.50      1.00      0.67         1
     class 1       0.00      0.00      0.00         1
     class 2       1.00      0.67      0.80         3

    accuracy                           0.60         5
   macro avg       0.50      0.56      0.49         5
weighted avg       0.70      0.60      0.61         5
)");
  const std::string wide =
      classification_report(single({"\u00e4\u00f6\u00fc 3456789 123"}), single({"b"})).as_text(3);
  CHECK(wide.find("\n\u00e4\u00f6\u00fc 3456789 123      0.000     0.000     0.000         1\n") !=
        std::string::npos);
  CHECK(wide.find("\n              b      0.000") != std::string::npos);
}

TEST_CASE("what cannot be compared") {
  CHECK_THROWS_AS(classification_report(single({}), single({})), std::invalid_argument);
  CHECK_THROWS_AS(classification_report(single({"a"}), single({"a", "b"})), std::invalid_argument);
  CHECK_THROWS_AS(classification_report(single({"a"}), multi({{"a"}})), std::invalid_argument);
  CHECK_THROWS_AS(confusion_matrix(multi({{"a"}}), multi({{"a"}})), std::invalid_argument);
  const std::vector<float> one = {0.5f};
  const std::vector<std::uint8_t> two = {0, 1}, none;
  CHECK_THROWS_AS(m2v::precision_recall_curve(one, two), std::invalid_argument);
  CHECK_THROWS_AS(m2v::precision_recall_curve({}, none), std::invalid_argument);
  CHECK_THROWS_AS(m2v::calibration(one, two), std::invalid_argument);
  CHECK_THROWS_AS(m2v::calibration(one, std::vector<std::uint8_t>{1}, 0), std::invalid_argument);
}

TEST_CASE("a confusion matrix has the true classes as rows") {
  const ConfusionMatrix matrix =
      confusion_matrix(single({"a", "a", "b", "a"}), single({"a", "c", "b", "c"}));
  CHECK(matrix.classes.names == Strings{"a", "b", "c"});
  CHECK(matrix.counts == std::vector<std::size_t>{1, 0, 2, 0, 1, 0, 0, 0, 0});
  CHECK(matrix.at(0, 2) == 2);
}

TEST_CASE("a precision-recall curve, worked by hand") {
  // By falling probability: yes, no and yes (a tie), no.
  const std::vector<float> probabilities = {0.5f, 0.9f, 0.5f, 0.1f};
  const std::vector<std::uint8_t> has = {0, 1, 1, 0};
  const PrecisionRecallCurve curve = m2v::precision_recall_curve(probabilities, has);
  CHECK(curve.thresholds == std::vector<float>{0.1f, 0.5f, 0.9f});
  CHECK(curve.precision == std::vector<double>{0.5, 2. / 3, 1, 1});
  CHECK(curve.recall == std::vector<double>{1, 1, 0.5, 0});
  CHECK(curve.average_precision == doctest::Approx(0.5 + 0.5 * 2 / 3));
  const std::vector<std::uint8_t> nobody = {0, 0, 0, 0};
  CHECK(m2v::precision_recall_curve(probabilities, nobody).average_precision == 0);
}

TEST_CASE("calibration, worked by hand") {
  // Two bins: up to a half (0.25 and 0.5, one of them right), and above (0.75 and 1, both right).
  const std::vector<float> probabilities = {0.25f, 0.5f, 0.75f, 1.0f};
  const std::vector<std::uint8_t> right = {0, 1, 1, 1};
  const Calibration calibration = m2v::calibration(probabilities, right, 2);
  REQUIRE(calibration.bins.size() == 2);
  CHECK(calibration.bins[0].probability == 0.375);
  CHECK(calibration.bins[0].accuracy == 0.5);
  CHECK(calibration.bins[0].count == 2);
  CHECK(calibration.bins[1].probability == 0.875);
  CHECK(calibration.bins[1].accuracy == 1);
  CHECK(calibration.error == doctest::Approx(0.125));
  const std::vector<float> zero = {0.0f};
  CHECK(m2v::calibration(zero, std::vector<std::uint8_t>{1}, 10).bins[0].count == 1);
}

TEST_CASE("pairwise sums are sums") {
  for (const std::size_t count : {0, 1, 7, 8, 9, 127, 128, 129, 1000, 4097}) {
    std::vector<double> values(count);
    std::iota(values.begin(), values.end(), 1.0);
    const auto n = static_cast<double>(count);
    CHECK(m2v::evaluation::pairwise_sum(values) == n * (n + 1) / 2);
  }
}
