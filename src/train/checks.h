#pragma once

#include "m2v/fit.h"
#include "train/split.h"

// What the caller may get wrong. Each throws std::invalid_argument that says what to change.
namespace m2v::train {

void check_options(const FitOptions& options);
void check_labels(Texts texts, const Labels& labels, const FitOptions& options);
void check_vectors(Texts texts, MatrixView vectors, const FitOptions& options);
void check_pairs(Texts texts, Texts partners, const FitOptions& options);
void check_pair_split(const Split& split);
void check_head_vectors(MatrixView vectors, const Labels& labels, const FitOptions& options);
void check_continues(const Head& head, const Labels& labels);

}  // namespace m2v::train
