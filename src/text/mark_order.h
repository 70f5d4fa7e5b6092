#pragma once

#include <algorithm>

namespace m2v::text {

/// Applies the canonical ordering algorithm (Unicode, chapter 3.11): sorts each run of elements
/// with a combining class other than 0 by class, stably. `class_of(element)` returns the class.
template <class Iterator, class ClassOf>
void order_marks(Iterator begin, Iterator end, ClassOf class_of) {
  const auto is_starter = [&](const auto& element) { return class_of(element) == 0; };
  const auto by_class = [&](const auto& a, const auto& b) { return class_of(a) < class_of(b); };
  for (auto run = begin; run != end;) {
    run = std::find_if_not(run, end, is_starter);
    const auto run_end = std::find_if(run, end, is_starter);
    if (!std::is_sorted(run, run_end, by_class)) std::stable_sort(run, run_end, by_class);
    run = run_end;
  }
}

}  // namespace m2v::text
