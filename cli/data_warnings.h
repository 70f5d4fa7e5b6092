#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/reporter.h"
#include "m2v/data_problems.h"

namespace m2v::cli {

/// Warns of each problem, with the file and its lines. Throws Error if there is one and `strict`.
void warn_of_problems(Reporter& reporter, const std::string& file,
                      const std::vector<DataProblem>& problems, std::span<const std::size_t> lines,
                      bool strict);

/// Without classes of which there is one text, which is no mistake in texts to check or evaluate.
std::vector<DataProblem> without_single_texts(std::vector<DataProblem> problems);

/// The same but for the warnings by which the library tells of the same problems.
OnEvent without_data_warnings(OnEvent on_event);

}  // namespace m2v::cli
