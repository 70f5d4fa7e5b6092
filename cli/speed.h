#pragma once

#include <functional>

#include "m2v/static_model.h"

namespace m2v::cli {

double seconds_of(const std::function<void()>& work);

/// The median time of encoding all texts with the model's own settings, in seconds: at least five
/// passes after one to warm up, and more until they took `enough` seconds together.
double median_pass(const StaticModel& model, Texts texts, unsigned threads, double enough);

/// How many texts of ten words the model encodes in a second on one thread. The words are its own
/// tokens, drawn as Zipf's law has them, so that it needs no text in its language.
double texts_per_second(const StaticModel& model);

}  // namespace m2v::cli
