#pragma once

#include "core/events.h"
#include "m2v/fit.h"
#include "train/split.h"

// What the caller may get wrong. Each check throws std::invalid_argument that says what to change.
namespace m2v::train {

void check_options(const FitOptions& options);
void check_labels(Texts texts, const Labels& labels, const FitOptions& options);
void check_vectors(Texts texts, MatrixView vectors, const FitOptions& options);
void check_pairs(Texts texts, Texts partners, const FitOptions& options);
void check_pair_split(const Split& split);
void check_head_vectors(MatrixView vectors, const Labels& labels, const FitOptions& options);
void check_continues(const Head& head, const Labels& labels);

/// Warns of what looks like a mistake in the texts and in those for validation; returns the former.
std::vector<DataProblem> warn_of_data_problems(Texts texts, const Labels& labels,
                                               const FitOptions& options,
                                               const core::Events& events);

}  // namespace m2v::train
