#include "cli/fit_data.h"

#include <filesystem>

#include "m2v/error.h"

namespace m2v::cli {

namespace fs = std::filesystem;

FitData FitData::read(FitTask task, const std::string& path, TableFormat format,
                      const std::string& targets) {
  FitData data;
  if (targets.empty()) {
    data.table_ = task == FitTask::kClassification ? TextTable::read_labels(path, format)
                  : task == FitTask::kPairs        ? TextTable::read_pairs(path, format)
                                                   : TextTable::read_numbers(path, format);
    return data;
  }
  if (format == TableFormat::kCsv || fs::path(path).extension() == ".csv") {
    throw Error(path + ": with targets of their own, texts are lines, .tsv or .jsonl, not CSV");
  }
  data.file_ = TextFile::read(path);
  data.vectors_ = read_vectors(targets);
  if (data.vectors_.rows != data.file_->texts().size()) {
    throw Error(targets + ": " + std::to_string(data.vectors_.rows) + " rows, but " + path +
                " has " + std::to_string(data.file_->texts().size()) +
                " texts: there must be a row for each");
  }
  return data;
}

}  // namespace m2v::cli
