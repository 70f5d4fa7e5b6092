#include "tokenizer/models/merges_json.h"

#include <string>
#include <utility>
#include <vector>

#include "m2v/error.h"
#include "text/unicode.h"

namespace m2v::tokenizer {
namespace {

using TokenPair = std::pair<std::string_view, std::string_view>;

/// Reads a list of merges. Because there are many, the JSON path of a merge is built only for an
/// error.
class Reader {
 public:
  Reader(const base::JsonAt& json, const Vocabulary& vocabulary, std::string_view prefix)
      : json_(json), vocabulary_(vocabulary), prefix_(prefix) {}

  MergeTable read() {
    if (!json_.value().is_array()) json_.fail("expected an array of merges");
    const base::Json::Array& items = json_.value().array();
    const bool in_lines = !items.empty() && items.front().is_string();
    merges_.reserve(items.size());
    std::uint32_t rank = 0;
    for (index_ = 0; index_ < items.size(); ++index_) {
      if (in_lines && is_comment(items[index_])) continue;
      add(in_lines ? split_line(items[index_]) : pair_of(items[index_]), rank++);
    }
    return MergeTable(merges_);
  }

 private:
  static bool is_comment(const base::Json& item) {
    return item.is_string() && item.string().starts_with("#version");
  }

  TokenPair split_line(const base::Json& item) const {
    if (!item.is_string()) fail("expected a string, like the first merge");
    const std::string_view line = item.string();
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos || line.find(' ', blank + 1) != std::string_view::npos) {
      fail("expected two tokens separated by a space");
    }
    return {line.substr(0, blank), line.substr(blank + 1)};
  }

  TokenPair pair_of(const base::Json& item) const {
    const bool fits = item.is_array() && item.array().size() == 2 && item.array()[0].is_string() &&
                      item.array()[1].is_string();
    if (!fits) fail("expected a pair of tokens");
    return {item.array()[0].string(), item.array()[1].string()};
  }

  void add(const TokenPair& pair, std::uint32_t rank) {
    const auto& [left, right] = pair;
    const std::uint32_t left_id = id_of(left);
    const std::uint32_t right_id = id_of(right);
    // As in `tokenizers`, as many bytes as the prefix has are removed, whatever they are.
    if (right.size() < prefix_.size() ||
        (right.size() > prefix_.size() && !text::starts_character(right[prefix_.size()]))) {
      fail("the token \"" + std::string(right) + "\" does not start with the prefix");
    }
    merged_.assign(left).append(right.substr(prefix_.size()));
    merges_.push_back({left_id, right_id, {rank, id_of(merged_)}});
  }

  std::uint32_t id_of(std::string_view token) const {
    const auto id = vocabulary_.find(token);
    if (!id) fail("the token \"" + std::string(token) + "\" is not in the vocabulary");
    return *id;
  }

  [[noreturn]] void fail(const std::string& problem) const {
    throw FormatError(json_.file(), json_.path() + "[" + std::to_string(index_) + "]", problem);
  }

  const base::JsonAt& json_;
  const Vocabulary& vocabulary_;
  std::string_view prefix_;
  std::size_t index_ = 0;
  std::string merged_;
  std::vector<MergeTable::MergeOfPair> merges_;
};

}  // namespace

MergeTable parse_merges(const base::JsonAt& json, const Vocabulary& vocabulary,
                        std::string_view prefix) {
  return Reader(json, vocabulary, prefix).read();
}

}  // namespace m2v::tokenizer
