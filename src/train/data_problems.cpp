#include "m2v/data_problems.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <utility>

#include "base/counted.h"
#include "base/hash.h"
#include "text/unicode.h"

namespace m2v {
namespace {

using Kind = DataProblem::Kind;
using Indices = std::vector<std::size_t>;

/// Labels, or texts with conflicting labels, that a message shows.
constexpr std::size_t kMaxExamples = 3;
constexpr std::size_t kMaxExampleBytes = 60;

/// Common names of columns in data sets, in lower case.
constexpr auto kLabelColumns = std::to_array<std::string_view>(
    {"label", "labels", "class", "classes", "category", "categories", "target", "tag", "tags",
     "topic", "intent", "sentiment", "emotion", "gold", "label_text"});
constexpr auto kTextColumns = std::to_array<std::string_view>(
    {"text", "texts", "sentence", "sentences", "content", "review", "message", "comment",
     "document", "title", "body", "query", "utterance", "question", "tweet", "description", "input",
     "headline", "phrase"});

/// Returns the text in lower case, with every run of whitespace replaced by one space, and none at
/// the ends.
std::string folded(std::string_view text) {
  std::u32string lower;
  bool pending = false;
  for (std::size_t position = 0; position < text.size();) {
    const char32_t c = text::decode_utf8(text, position);
    if (text::is_whitespace(c)) {
      pending = !lower.empty();
      continue;
    }
    if (std::exchange(pending, false)) lower += U' ';
    text::append_lowercase(c, lower);
  }
  return text::to_utf8(lower);
}

bool is_blank(std::string_view text) {
  for (std::size_t position = 0; position < text.size();) {
    if (!text::is_whitespace(text::decode_utf8(text, position))) return false;
  }
  return true;
}

/// Returns the text in quotes, cut if it is long.
std::string in_quotes(std::string_view text) {
  if (text.size() <= kMaxExampleBytes) return '"' + std::string(text) + '"';
  std::size_t end = kMaxExampleBytes;
  while (end > 0 && !text::starts_character(text[end])) --end;
  return '"' + std::string(text.substr(0, end)) + "...\"";
}

/// Returns "a, b and c"; for more than kMaxExamples items, "a, b, c and 7 more".
std::string list_of(const std::vector<std::string>& items) {
  std::string list;
  const std::size_t shown = std::min(items.size(), kMaxExamples);
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == items.size();
    list += (i == 0 ? "" : last ? " and " : ", ") + items[i];
  }
  if (items.size() > shown) list += " and " + std::to_string(items.size() - shown) + " more";
  return list;
}

DataProblem problem_of(Kind kind, std::string message, Indices texts) {
  const std::size_t count = texts.size();
  texts.resize(std::min(count, DataProblem::kMaxTexts));
  return {.kind = kind, .message = std::move(message), .count = count, .texts = std::move(texts)};
}

/// Finds problems in labeled texts.
class ProblemFinder {
 public:
  ProblemFinder(Texts texts, const Labels& labels) : texts_(texts), labels_(labels) {
    counts_.resize(labels.classes.names.size());
    for (const std::uint32_t number : labels.numbers) ++counts_[number];
  }

  std::vector<DataProblem> find() {
    problems_ = find_data_problems(texts_);
    find_header();
    // If the columns are swapped, the other problems follow from that.
    if (!find_swapped_columns()) {
      find_similar_labels();
      find_single_texts();
      find_conflicting_labels();
    }
    return std::move(problems_);
  }

 private:
  void add(Kind kind, std::string message, Indices texts) {
    problems_.push_back(problem_of(kind, std::move(message), std::move(texts)));
  }

  const std::string& name(std::uint32_t number) const { return labels_.classes.names[number]; }

  /// Finds header rows: any row that names both columns, or the first row if it names one of them
  /// and has a label that no other text has.
  void find_header() {
    std::vector<bool> names_labels(labels_.classes.names.size());
    bool may_be_later = false;
    for (std::uint32_t c = 0; c < names_labels.size(); ++c) {
      names_labels[c] = is_name(name(c), kLabelColumns);
      may_be_later = may_be_later || names_labels[c];
    }
    for (std::size_t t = 0; t < texts_.size() && (t == 0 || may_be_later); ++t) {
      if (labels_[t].size() != 1) continue;
      const std::uint32_t label = labels_[t].front();
      const bool has_label = names_labels[label], has_text = is_name(texts_[t], kTextColumns);
      const bool is_first = t == 0 && counts_[label] == 1 && (has_label || has_text);
      if (is_first || (has_label && has_text)) headers_.push_back(t);
    }
    if (headers_.empty()) return;
    const std::size_t first = headers_.front();
    add(Kind::kHeader,
        "the label " + in_quotes(name(labels_[first].front())) + " of the text " +
            in_quotes(texts_[first]) + " looks like the header of the table",
        headers_);
  }

  static bool is_name(std::string_view text, std::span<const std::string_view> names) {
    constexpr std::size_t kMaxBytes = 40;
    return text.size() <= kMaxBytes && std::ranges::find(names, folded(text)) != names.end();
  }

  bool find_swapped_columns() {
    if (labels_.multilabel || texts_.size() < 3) return false;
    const std::size_t classes = labels_.classes.names.size();
    std::size_t text_bytes = 0, label_bytes = 0;
    for (std::size_t t = 0; t < texts_.size(); ++t) {
      text_bytes += texts_[t].size();
      label_bytes += name(labels_[t].front()).size();
    }
    const std::size_t texts = texts_.size();
    const bool one_each = classes * 10 >= texts * 9;
    const bool longer = label_bytes > 3 * text_bytes && label_bytes > 20 * texts;
    if (!one_each && !longer) return false;
    const std::string problem = longer ? "the labels are longer than the texts: on average " +
                                             std::to_string(label_bytes / texts) + " and " +
                                             base::counted(text_bytes / texts, "byte")
                                       : "there are " + base::counted(classes, "class", "classes") +
                                             " for " + base::counted(texts, "text");
    problems_.push_back({.kind = Kind::kSwappedColumns,
                         .message = problem + "; the columns may be swapped",
                         .count = texts,
                         .texts = {}});
    return true;
  }

  void find_similar_labels() {
    std::map<std::string, std::vector<std::uint32_t>> groups;
    for (std::uint32_t c = 0; c < labels_.classes.names.size(); ++c) {
      groups[folded(name(c))].push_back(c);
    }
    std::vector<std::string> examples;
    std::vector<bool> rarer(labels_.classes.names.size());  // rarer than another label of its group
    for (const auto& [key, members] : groups) {
      if (members.size() == 1) continue;
      const auto most = std::ranges::max_element(
          members, {}, [&](std::uint32_t member) { return counts_[member]; });
      std::vector<std::string> names;
      for (const std::uint32_t member : members) {
        names.push_back(in_quotes(name(member)));
        rarer[member] = member != *most;
      }
      examples.push_back(list_of(names));
    }
    if (examples.empty()) return;
    add(Kind::kSimilarLabels,
        "labels differ only in case or in white space (" + joined(examples) + ")",
        texts_with(rarer));
  }

  void find_single_texts() {
    std::vector<std::string> examples;
    std::vector<bool> single(labels_.classes.names.size());
    for (std::uint32_t c = 0; c < single.size(); ++c) {
      if (counts_[c] != 1) continue;
      single[c] = true;
      examples.push_back(in_quotes(name(c)));
    }
    if (examples.empty()) return;
    Indices texts = texts_with(single);
    std::erase_if(texts, [&](std::size_t t) { return std::ranges::count(headers_, t) != 0; });
    if (texts.empty()) return;
    add(Kind::kSingleText,
        (examples.size() == 1
             ? "the class " + examples.front() + " has"
             : std::to_string(examples.size()) + " classes (" + list_of(examples) + ") have") +
            " one text only",
        std::move(texts));
  }

  Indices texts_with(const std::vector<bool>& chosen) const {
    Indices texts;
    for (std::size_t t = 0; t < texts_.size(); ++t) {
      const auto has = [&](std::uint32_t number) { return chosen[number]; };
      if (std::ranges::any_of(labels_[t], has)) texts.push_back(t);
    }
    return texts;
  }

  static std::string joined(const std::vector<std::string>& groups) {
    std::string text;
    for (std::size_t i = 0; i < std::min(groups.size(), kMaxExamples); ++i) {
      text += (i == 0 ? "" : "; ") + groups[i];
    }
    if (groups.size() > kMaxExamples) {
      text += "; and " + std::to_string(groups.size() - kMaxExamples) + " more";
    }
    return text;
  }

  /// Finds equal texts with different labels. It sorts the texts by their hashes, which takes 16
  /// bytes per text.
  void find_conflicting_labels() {
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    order.reserve(texts_.size());
    for (std::size_t t = 0; t < texts_.size(); ++t) {
      if (!texts_[t].empty()) order.emplace_back(base::hash(texts_[t]), t);
    }
    std::ranges::sort(order);
    Indices conflicting;
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
      while (end < order.size() && order[end].first == order[begin].first) ++end;
      if (end - begin > 1) add_conflicts(std::span(order).subspan(begin, end - begin), conflicting);
    }
    // Below one percent it is label noise, which every large set has.
    if (conflicting.empty() || conflicting.size() * 100 < texts_.size()) return;
    std::ranges::sort(conflicting);
    const std::size_t count = conflicting.size(), first = conflicting.front();
    add(Kind::kConflictingLabels,
        std::to_string(count) + " texts have other labels elsewhere in the data, such as " +
            in_quotes(texts_[first]),
        std::move(conflicting));
  }

  /// Adds those of the texts with the same hash that occur with different labels.
  void add_conflicts(std::span<const std::pair<std::uint64_t, std::size_t>> same,
                     Indices& conflicting) const {
    const std::size_t first = same.front().second;
    const auto differs = [&](const auto& other) {
      return texts_[other.second] == texts_[first] &&
             !std::ranges::equal(labels_[other.second], labels_[first]);
    };
    if (std::ranges::none_of(same, differs)) return;
    for (const auto& [hash, text] : same) {
      if (texts_[text] == texts_[first]) conflicting.push_back(text);
    }
  }

  Texts texts_;
  const Labels& labels_;
  std::vector<std::size_t> counts_;  ///< Number of texts of each class.
  Indices headers_;
  std::vector<DataProblem> problems_;
};

}  // namespace

std::string_view name_of(Kind kind) noexcept {
  switch (kind) {
    case Kind::kEmptyText:
      return "empty_text";
    case Kind::kHeader:
      return "header";
    case Kind::kSwappedColumns:
      return "swapped_columns";
    case Kind::kSimilarLabels:
      return "similar_labels";
    case Kind::kSingleText:
      return "single_text";
    case Kind::kConflictingLabels:
      break;
  }
  return "conflicting_labels";
}

std::vector<DataProblem> find_data_problems(Texts texts) {
  Indices empty;
  for (std::size_t t = 0; t < texts.size(); ++t) {
    if (is_blank(texts[t])) empty.push_back(t);
  }
  if (empty.empty()) return {};
  const std::size_t count = empty.size();
  return {problem_of(Kind::kEmptyText, base::counted(count, "text is empty", "texts are empty"),
                     std::move(empty))};
}

std::vector<DataProblem> find_data_problems(Texts texts, const Labels& labels) {
  if (texts.size() != labels.size()) {
    throw std::invalid_argument(base::counted(texts.size(), "text") + ", but " +
                                base::counted(labels.size(), "label") + ": give one for each text");
  }
  return ProblemFinder(texts, labels).find();
}

std::string describe(const DataProblem& problem, std::span<const std::size_t> lines) {
  if (problem.texts.empty()) return problem.message;
  std::string locations;
  for (std::size_t i = 0; i < problem.texts.size(); ++i) {
    const std::size_t text = problem.texts[i];
    const bool last = i + 1 == problem.count;
    locations += (i == 0 ? " "
                  : last ? " and "
                         : ", ") +
                 std::to_string(lines.empty() ? text : lines[text]);
  }
  if (problem.count > problem.texts.size()) {
    locations += " and " + std::to_string(problem.count - problem.texts.size()) + " more";
  }
  const bool one = problem.count == 1;
  const char* const unit = lines.empty() ? (one ? "text" : "texts") : (one ? "line" : "lines");
  return problem.message + ": " + unit + locations + (lines.empty() ? ", counted from 0" : "");
}

}  // namespace m2v
