#pragma once

#include "base/events.h"
#include "m2v/fit.h"
#include "train/split.h"

// Validation of the caller's input. Each check throws std::invalid_argument with a message that
// tells what to change.
namespace m2v::train {

/// Checks the ranges of the options.
void check_options(const FitOptions& options);
/// Checks the arguments of fit(): equal numbers of texts and labels, at least two classes (one if
/// there are several labels per text), class weights, and the validation set.
void check_labels(Texts texts, const Labels& labels, const ClassifierOptions& options);
/// Checks the arguments of fit_vectors(): one vector with finite values per text, and the
/// validation set.
void check_vectors(Texts texts, MatrixView vectors, const VectorOptions& options);
/// Checks the arguments of fit_pairs(): one partner per text, a batch size of at least 2, and the
/// validation set.
void check_pairs(Texts texts, Texts partners, const PairOptions& options);
/// Checks that either side of the split has at least two pairs.
void check_pair_split(const Split& split);
/// Checks the arguments of fit_head(): one label per vector, finite values, and no validation
/// texts.
void check_head_vectors(MatrixView vectors, const Labels& labels, const ClassifierOptions& options);
/// Checks that a head is a classifier with the same kind of labels, so that training can continue.
void check_can_continue(const Head& head, const Labels& labels);

/// Warns of probable mistakes in the training and the validation texts (m2v/data_problems.h);
/// returns the problems of the former.
std::vector<DataProblem> warn_of_data_problems(Texts texts, const Labels& labels,
                                               const ClassifierOptions& options,
                                               const base::Events& events);

}  // namespace m2v::train
