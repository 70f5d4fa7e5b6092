#include <charconv>
#include <cmath>

#include "core/mapped_file.h"
#include "m2v/error.h"
#include "m2v/evaluate.h"

namespace m2v {
namespace {

double read_score(std::string_view column, const std::string& file, const std::string& line) {
  double score = 0;
  const char* const begin = column.empty() ? "" : &column.front();
  const char* const end = begin + column.size();
  const auto parsed = std::from_chars(begin, end, score);
  if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(score)) {
    throw FormatError(file, line, "\"" + std::string(column.substr(0, 40)) + "\" is no number");
  }
  return score;
}

}  // namespace

ScoredPairs ScoredPairs::read(const std::filesystem::path& path) {
  const core::MappedFile file = core::MappedFile::open(path);
  ScoredPairs pairs;
  std::string_view rest = file.text();
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string place = "line " + std::to_string(pairs.scores.size() + 1);
    const std::size_t second = line.rfind('\t');
    const std::size_t first = second == std::string_view::npos || second == 0
                                  ? std::string_view::npos
                                  : line.rfind('\t', second - 1);
    if (first == std::string_view::npos) {
      throw FormatError(path.string(), place, "expected score, text and text between tabs");
    }
    pairs.scores.push_back(read_score(line.substr(0, line.find('\t')), path.string(), place));
    pairs.left.emplace_back(line.substr(first + 1, second - first - 1));
    pairs.right.emplace_back(line.substr(second + 1));
  }
  return pairs;
}

}  // namespace m2v
