#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/reporter.h"
#include "m2v/data_problems.h"

namespace m2v::cli {

/// Warns of each problem with the data of `file` ("-": standard input). `lines` holds the line
/// number of each text, or is empty if line i is text i. Throws Error if there is any problem and
/// `strict` is set.
void warn_of_problems(Reporter& reporter, const std::string& file,
                      const std::vector<DataProblem>& problems, std::span<const std::size_t> lines,
                      bool strict);

/// Returns the problems without those about classes that have a single text, which is no mistake in
/// data for validation or evaluation.
std::vector<DataProblem> without_single_texts(std::vector<DataProblem> problems);

/// Returns a callback that ignores the library's own warnings about data problems and passes all
/// other events to `on_event`.
OnEvent without_data_warnings(OnEvent on_event);

}  // namespace m2v::cli
