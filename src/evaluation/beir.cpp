#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/ascii_space.h"
#include "m2v/error.h"
#include "m2v/retrieval.h"
#include "text/json_fields.h"
#include "text/line_reader.h"
#include "text/text_source.h"

namespace m2v {
namespace {

namespace fs = std::filesystem;

/// The ids in a file, which must be unique.
class UniqueIds {
 public:
  explicit UniqueIds(std::string file) : file_(std::move(file)) {}

  /// Throws FormatError if the id occurred before.
  void add(const std::string& id, std::size_t line) {
    const auto [found, is_new] = lines_.emplace(id, line);
    if (is_new) return;
    throw FormatError(file_, "line " + std::to_string(line) + ": $._id",
                      "\"" + id + "\" is the id of line " + std::to_string(found->second) +
                          " too: ids must be unique");
  }
  bool has(const std::string& id) const { return lines_.contains(id); }

 private:
  std::string file_;
  std::unordered_map<std::string, std::size_t> lines_;
};

/// Calls use(line, line number from 1) for each line that is not blank.
template <typename Use>
void for_each_line(const fs::path& path, const Use& use) {
  text::LineReader lines(text::TextSource::open(path));
  while (lines.next_block()) {
    for (std::span<char> line; lines.next(line);) {
      const bool blank = base::is_ascii_blank(std::string_view(line.data(), line.size()));
      if (!blank) use(line, lines.line());
    }
  }
}

enum Field : std::size_t { kId, kTitle, kText };

/// Calls use(fields, id) for each line of a file of JSON objects with unique ids. Returns the ids.
template <typename Use>
UniqueIds for_each_record(const fs::path& path, const Use& use) {
  const std::string file = path.string();
  UniqueIds ids(file);
  text::JsonFields fields({"_id", "title", "text"});
  for_each_line(path, [&](std::span<char> line, std::size_t number) {
    fields.read(line, file, number);
    const std::string id(fields.string(kId));
    ids.add(id, number);
    use(fields, id);
  });
  return ids;
}

std::string text_of(const text::JsonFields& fields) {
  std::string text;
  if (fields.has(kTitle)) text = fields.string(kTitle);
  if (!text.empty()) text += ' ';
  return text += fields.string(kText);
}

/// Parses an integer, which may have whitespace around it. Returns nothing if it is not one.
std::optional<int> to_grade(std::string_view text) {
  text = base::trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  int grade = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto parsed = std::from_chars(begin, end, grade);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return grade;
}

/// Splits a line at tabs or, if it has none, at runs of spaces.
std::vector<std::string_view> fields_of(std::string_view line) {
  const bool has_tabs = line.find('\t') != std::string_view::npos;
  std::vector<std::string_view> fields;
  while (!line.empty()) {
    if (!has_tabs) line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.empty()) break;
    const std::size_t end = std::min(line.find(has_tabs ? '\t' : ' '), line.size());
    fields.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return fields;
}

using Judgements = std::unordered_map<std::string, std::map<std::string, int, std::less<>>>;

/// Reads judgements, by query: lines of BEIR (query, document, grade), with or without a header, or
/// of TREC (query, iteration, document, grade). Throws IoError, and FormatError for other lines.
Judgements read_judgements(const fs::path& path) {
  Judgements judgements;
  for_each_line(path, [&](std::span<char> line, std::size_t number) {
    const auto fields = fields_of(std::string_view(line.data(), line.size()));
    const bool known = fields.size() == 3 || fields.size() == 4;
    const auto grade = known ? to_grade(fields.back()) : std::nullopt;
    if (!grade) {
      if (number == 1) return;  // the header
      throw FormatError(path.string(), "line " + std::to_string(number),
                        "expected query-id, corpus-id and a whole number between tabs, or "
                        "query, iteration, document and a whole number as TREC has them");
    }
    judgements[std::string(fields[0])][std::string(fields[fields.size() - 2])] = *grade;
  });
  return judgements;
}

}  // namespace

RetrievalData RetrievalData::read_beir(const fs::path& folder, const std::string& split) {
  RetrievalData data;
  const UniqueIds documents = for_each_record(
      folder / "corpus.jsonl", [&](const text::JsonFields& fields, const std::string& id) {
        data.document_ids.push_back(id);
        data.documents.push_back(text_of(fields));
      });
  const fs::path by_split = folder / "qrels" / (split + ".tsv");
  Judgements judgements = read_judgements(
      fs::exists(by_split) || !fs::exists(folder / "qrels.tsv") ? by_split : folder / "qrels.tsv");
  for_each_record(folder / "queries.jsonl",
                  [&](const text::JsonFields& fields, const std::string& id) {
                    const auto judged = judgements.find(id);
                    if (judged == judgements.end()) return;
                    for (const auto& [document, grade] : judged->second) {
                      data.unknown_documents += documents.has(document) ? 0 : 1;
                    }
                    data.query_ids.push_back(id);
                    data.queries.emplace_back(fields.string(kText));
                    data.judgements.push_back(std::move(judged->second));
                    judgements.erase(judged);
                  });
  for (const auto& [query, judged] : judgements) data.unknown_queries.push_back(query);
  std::ranges::sort(data.unknown_queries);
  if (data.queries.empty()) {
    throw Error(folder.string() + ": no query has a judgement");
  }
  return data;
}

}  // namespace m2v
