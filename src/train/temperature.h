#pragma once

#include <cstddef>
#include <span>

#include "m2v/fit.h"
#include "train/objective.h"

namespace m2v::train {

/// Computes temperature scaling (Guo et al., 2017): the number by which a classifier's logits are
/// divided to minimize the mean negative log-likelihood of the correct classes. With several labels
/// per text, each label is one decision. `logits` [examples, classes] are those of `examples`,
/// whose classes are in `targets` (ClassTargets or LabelTargets).
///
/// The temperature is between kMinTemperature and kMaxTemperature. If every decision is correct,
/// the likelihood grows as the temperature falls to 0 and has no maximum; the temperature is then
/// the one at which the mean confidence of n decisions is (n + 1) / (n + 2), Laplace's rule of
/// succession.
TemperatureScaling fit_temperature(MatrixView logits, const Targets& targets,
                                   std::span<const std::size_t> examples);

inline constexpr double kMinTemperature = 0.01, kMaxTemperature = 100;

/// Divides the outputs of a last layer, that is its weights and biases, by a temperature.
void divide_outputs(Head::Layer& layer, double temperature);

}  // namespace m2v::train
