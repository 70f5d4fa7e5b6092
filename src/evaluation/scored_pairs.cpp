#include <stdexcept>

#include "m2v/evaluate.h"
#include "text/formats.h"
#include "train/table_rows.h"

namespace m2v {

ScoredPairs ScoredPairs::read(const std::filesystem::path& path, const TextOptions& given) {
  TextOptions options = given;
  if (options.format == TextFormat::kByName) {
    options.format = text::format_of(path, TextFormat::kTsv);
  }
  if (options.format == TextFormat::kLines) {
    throw std::invalid_argument(path.string() + ": scored pairs are TSV, CSV or JSONL");
  }
  train::TableRows rows(text::TextSource::open(path), train::TableKind::kScoredPairs, options);
  ScoredPairs pairs;
  for (train::TableRow row; rows.next(row);) {
    pairs.scores.push_back(row.numbers.front());
    pairs.left.emplace_back(row.text);
    pairs.right.emplace_back(row.partner);
  }
  return pairs;
}

}  // namespace m2v
