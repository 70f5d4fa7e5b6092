#include "train/checks.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "base/counted.h"

namespace m2v::train {
namespace {

using base::counted;

void require(bool holds, const std::string& problem) {
  if (!holds) throw std::invalid_argument("fit: " + problem);
}

void check_texts(Texts texts, std::size_t targets, const char* what) {
  require(texts.size() == targets, counted(texts.size(), "text") + ", but " +
                                       counted(targets, what) + ": give one for each text");
  require(std::any_of(texts.begin(), texts.end(), [](std::string_view t) { return !t.empty(); }),
          "all texts are empty");
}

/// Checks that there are enough examples for one step and one validation check.
void check_count(std::size_t count, const FitOptions& options) {
  const std::size_t kept = options.validation_texts.empty() ? options.validation_count : 0;
  require(count >= 2 && count > kept,
          "too few examples (" + std::to_string(count) +
              ") for training and validation: give more, or a smaller validation set");
}

void check_finite(MatrixView vectors, const char* what) {
  for (std::size_t r = 0; r < vectors.rows; ++r) {
    const auto row = vectors.row(r);
    require(std::all_of(row.begin(), row.end(), [](float x) { return std::isfinite(x); }),
            std::string(what) + " " + std::to_string(r) +
                " has a value that is not finite: leave it out or replace it");
  }
}

void check_class_options(const Labels& labels, const ClassifierOptions& options) {
  require(options.focal_gamma >= 0, "the focal gamma must be at least 0");
  require(!options.balanced || options.class_weights.empty(),
          "class weights are either balanced or given, not both");
  const std::size_t weights = options.class_weights.size();
  require(weights == 0 || weights == labels.classes.names.size(),
          counted(weights, "class weight") + " for " +
              counted(labels.classes.names.size(), "class", "classes"));
  for (const float weight : options.class_weights) {
    require(std::isfinite(weight) && weight >= 0, "a class weight is negative or not finite");
  }
}

}  // namespace

void check_options(const FitOptions& options) {
  require(options.learning_rate > 0 && std::isfinite(options.learning_rate),
          "the learning rate must be above 0");
  require(options.token_dropout >= 0 && options.token_dropout < 1,
          "the token dropout must be at least 0 and below 1");
  require(options.hidden_dim > 0, "the hidden layers need a width of at least 1");
  require(options.validation_fraction > 0 && options.validation_fraction < 1,
          "the validation fraction must be between 0 and 1");
}

void check_labels(Texts texts, const Labels& labels, const ClassifierOptions& options) {
  check_texts(texts, labels.size(), "label");
  check_count(texts.size(), options);
  require(labels.classes.names.size() >= (labels.multilabel ? 1 : 2),
          labels.classes.names.empty()
              ? std::string("no text has a label")
              : "all texts have the label \"" + labels.classes.names.front() +
                    "\": a classifier needs at least two");
  check_class_options(labels, options);
  require(options.validation_texts.size() == options.validation_labels.size(),
          counted(options.validation_texts.size(), "validation text") + ", but " +
              counted(options.validation_labels.size(), "validation label"));
  require(
      options.validation_texts.empty() || options.validation_labels.multilabel == labels.multilabel,
      "the validation labels must be multilabel if and only if the labels are");
}

void check_vectors(Texts texts, MatrixView vectors, const VectorOptions& options) {
  check_texts(texts, vectors.rows, "vector");
  check_count(texts.size(), options);
  require(vectors.cols > 0, "the vectors have no values");
  check_finite(vectors, "vector");
  const MatrixView checks = options.validation_vectors;
  require(options.validation_texts.size() == checks.rows,
          counted(options.validation_texts.size(), "validation text") + ", but " +
              counted(checks.rows, "validation vector"));
  require(checks.rows == 0 || checks.cols == vectors.cols,
          "validation vectors of " + counted(checks.cols, "value") + ", but vectors of " +
              std::to_string(vectors.cols));
  check_finite(checks, "validation vector");
}

void check_pairs(Texts texts, Texts partners, const PairOptions& options) {
  check_texts(texts, partners.size(), "partner");
  check_count(texts.size(), options);
  require(options.temperature > 0, "the temperature must be above 0");
  require(options.batch_size == 0 || options.batch_size >= 2,
          "pairs need batches of at least 2: each is compared with the others");
  require(options.validation_texts.size() == options.validation_partners.size(),
          counted(options.validation_texts.size(), "validation text") + ", but " +
              counted(options.validation_partners.size(), "validation partner"));
}

void check_pair_split(const Split& split) {
  require(split.train.size() >= 2 && split.validation.size() >= 2,
          counted(split.train.size(), "pair") + " for training and " +
              std::to_string(split.validation.size()) +
              " for validation: at least two are needed for each; give more pairs, or another "
              "validation set");
}

void check_head_vectors(MatrixView vectors, const Labels& labels,
                        const ClassifierOptions& options) {
  require(vectors.rows == labels.size(),
          counted(vectors.rows, "vector") + ", but " + counted(labels.size(), "label"));
  require(vectors.cols > 0, "the vectors have no values");
  check_count(vectors.rows, options);
  require(labels.classes.names.size() >= (labels.multilabel ? 1 : 2),
          "a classifier needs at least two classes");
  check_class_options(labels, options);
  require(options.validation_texts.empty(),
          "a head is validated on part of its vectors: give no validation texts");
  check_finite(vectors, "vector");
}

void check_can_continue(const Head& head, const Labels& labels) {
  require(!head.classes.names.empty() && !head.layers.empty(),
          "this model predicts vectors, not classes");
  require((head.activation == Head::Activation::kSigmoid) == labels.multilabel,
          "the labels must be multilabel if and only if the model is");
}

std::vector<DataProblem> warn_of_data_problems(Texts texts, const Labels& labels,
                                               const ClassifierOptions& options,
                                               const base::Events& events) {
  for (const DataProblem& problem :
       find_data_problems(options.validation_texts, options.validation_labels)) {
    // A rare class is not a mistake in a validation set.
    if (problem.kind == DataProblem::Kind::kSingleText) continue;
    events.warn(kDataStage, "validation: " + describe(problem));
  }
  std::vector<DataProblem> problems = find_data_problems(texts, labels);
  for (const DataProblem& problem : problems) events.warn(kDataStage, describe(problem));
  return problems;
}

}  // namespace m2v::train
