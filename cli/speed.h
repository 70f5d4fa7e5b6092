#pragma once

#include <functional>

#include "m2v/static_model.h"

namespace m2v::cli {

/// Runs `work` and returns the elapsed time in seconds.
double seconds_of(const std::function<void()>& work);

/// Returns the median time, in seconds, of encoding all texts with the model's own settings. After
/// one warm-up pass there are at least five passes, and more (at most 101) until they have taken
/// `enough` seconds together.
double median_pass(const StaticModel& model, Texts texts, unsigned threads, double enough);

/// Returns the number of ten-word texts that the model encodes per second on one thread. The words
/// are whole-word tokens of the model's own vocabulary, drawn according to Zipf's law, so that no
/// text in the model's language is needed. Returns 0 if the vocabulary has no such token.
double texts_per_second(const StaticModel& model);

}  // namespace m2v::cli
