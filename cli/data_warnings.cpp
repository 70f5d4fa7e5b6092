#include "cli/data_warnings.h"

#include <utility>

#include "cli/terminal.h"
#include "m2v/error.h"

namespace m2v::cli {

void warn_of_problems(Reporter& reporter, const std::string& file,
                      const std::vector<DataProblem>& problems, std::span<const std::size_t> lines,
                      bool strict) {
  const std::string name = file == "-" ? "standard input" : file;
  for (const DataProblem& problem : problems) {
    reporter.warn(name + ": " + describe(problem, lines));
  }
  if (strict && !problems.empty()) {
    throw Error(name + ": " + counted(problems.size(), "problem") +
                " with the data, which --strict treats as errors");
  }
}

std::vector<DataProblem> without_single_texts(std::vector<DataProblem> problems) {
  std::erase_if(problems, [](const DataProblem& problem) {
    return problem.kind == DataProblem::Kind::kSingleText;
  });
  return problems;
}

OnEvent without_data_warnings(OnEvent on_event) {
  return [on_event = std::move(on_event)](const Event& event) {
    return event.stage == kDataStage || on_event(event);
  };
}

}  // namespace m2v::cli
