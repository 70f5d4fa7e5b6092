#include "cli/fit_data.h"

#include "m2v/error.h"
#include "m2v/vector_file.h"

namespace m2v::cli {

FitData FitData::read(FitTask task, const std::string& path, const TextOptions& format,
                      const std::string& targets) {
  FitData data;
  if (targets.empty()) {
    data.table_ = task == FitTask::kClassification ? TextTable::read_labels(path, format)
                  : task == FitTask::kPairs        ? TextTable::read_pairs(path, format)
                                                   : TextTable::read_numbers(path, format);
    return data;
  }
  data.file_ = TextFile::read(path, format);
  data.vectors_ = read_vectors(targets);
  if (data.vectors_.rows != data.file_->texts().size()) {
    throw Error(targets + ": " + std::to_string(data.vectors_.rows) + " rows, but " + path +
                " has " + std::to_string(data.file_->texts().size()) +
                " texts; there must be one row per text");
  }
  return data;
}

}  // namespace m2v::cli
