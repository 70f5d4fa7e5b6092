#pragma once

#include <cstddef>
#include <span>

#include "m2v/fit.h"
#include "train/objective.h"

namespace m2v::train {

/// Temperature scaling (Guo et al., 2017): the number by which a classifier's logits are divided so
/// that the mean negative log-likelihood of the right classes is least; of several labels a text,
/// each label is one decision. `logits` [examples, classes] are those of `examples`, whose classes
/// `targets` has (ClassTargets or LabelTargets).
///
/// The temperature is between kMinTemperature and kMaxTemperature. Where every decision is right,
/// the likelihood only grows as the temperature falls to 0; then the temperature is the one at
/// which the mean confidence of n decisions is (n + 1) / (n + 2), Laplace's rule of succession.
TemperatureScaling fit_temperature(MatrixView logits, const Targets& targets,
                                   std::span<const std::size_t> examples);

inline constexpr double kMinTemperature = 0.01, kMaxTemperature = 100;

/// Divides a last layer's outputs by a temperature.
void divide_outputs(Head::Layer& layer, double temperature);

}  // namespace m2v::train
