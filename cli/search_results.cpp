#include "cli/search_results.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "cli/json.h"
#include "cli/terminal.h"
#include "cli/utf8.h"

namespace m2v::cli {
namespace {

/// Returns the part of a text from code point `begin` to `end` (exclusive).
std::string_view part_of(std::string_view text, std::size_t begin, std::size_t end) {
  std::size_t position = 0, byte = 0, first = 0;
  for (; byte < text.size() && position < end; ++position) {
    if (position == begin) first = byte;
    byte += next_character(text.substr(byte)).size;
  }
  return position <= begin ? std::string_view() : text.substr(first, byte - first);
}

std::vector<TextRange> matches_of(const HitExplanation& explanation) {
  std::vector<TextRange> matches;
  for (const WordContribution& word : explanation.words) {
    if (word.lexical > 0) matches.push_back({word.begin, word.end});
  }
  return matches;
}

std::string in_style(std::string_view style, const std::string& text, const Palette& palette) {
  return style.empty() ? text : std::string(style) + text + std::string(palette.reset);
}

/// Formats the location of a passage (file and line or page) and its title on one line of at most
/// `max_columns` columns.
std::string heading_of(const Passage& passage, std::size_t max_columns, const Palette& palette) {
  const std::string location =
      printable(passage.file) + (passage.page > 0 ? ", page " + std::to_string(passage.page)
                                                  : ":" + std::to_string(passage.line));
  std::string heading = in_style(palette.location, printable(location, max_columns), palette);
  constexpr std::size_t kMinTitleColumns = 8;  // a title is not shown in less space than this
  const bool file_name = passage.file.ends_with(passage.title);
  if (!file_name && max_columns > location.size() + 2 + kMinTitleColumns) {
    const std::string title = printable(passage.title, max_columns - location.size() - 2);
    heading += "  " + in_style(palette.title, title, palette);
  }
  return heading + "\n";
}

/// The contribution of a word to a score.
struct Share {
  std::string word;
  double value;
};

/// Formats a sum of contributions: the largest by name, the rest as one number, and the total.
std::string told(std::string_view label, std::vector<Share> shares, double sum) {
  constexpr std::size_t kNamed = 8;
  std::ranges::stable_sort(
      shares, [](const Share& a, const Share& b) { return std::abs(a.value) > std::abs(b.value); });
  std::string line(label);
  double rest = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (i < kNamed) {
      line += (i > 0 ? ", " : " ") + shares[i].word + " " + fixed(shares[i].value, 3);
    } else {
      rest += shares[i].value;
    }
  }
  if (shares.size() > kNamed) {
    line += ", " + std::to_string(shares.size() - kNamed) + " more " + fixed(rest, 3);
  }
  return line + " = " + fixed(sum, 3);
}

std::string told_words(std::string_view label, std::string_view passage,
                       const HitExplanation& explanation, double dense_scale,
                       double lexical_scale) {
  std::vector<Share> shares;
  double sum = 0;
  for (const WordContribution& word : explanation.words) {
    const double value = dense_scale * word.dense + lexical_scale * word.lexical;
    if (value == 0) continue;
    sum += value;
    const std::string name = printable(part_of(passage, word.begin, word.end));
    const auto same = std::ranges::find(shares, name, &Share::word);
    if (same != shares.end()) {
      same->value += value;
    } else {
      shares.push_back({name, value});
    }
  }
  return told(label, std::move(shares), sum);
}

/// Explains the score of a passage in one line or, if ranks were fused, in two.
std::vector<std::string> reasons(std::string_view passage, const HitExplanation& explanation,
                                 const PassageAnswer& answer) {
  if (answer.dense_scale != 0 || answer.lexical_scale != 0) {
    return {told_words("why:", passage, explanation, answer.dense_scale, answer.lexical_scale)};
  }
  return {told_words("meaning:", passage, explanation, 1, 0),
          told_words("words:", passage, explanation, 0, 1)};
}

std::string explanation_json(const PassageAnswer& answer, const HitExplanation& explanation,
                             std::string_view passage, const Tokenizer& tokenizer) {
  std::string tokens = "[", words = "[", terms = "[";
  for (const TokenContribution& token : explanation.tokens) {
    if (tokens.size() > 1) tokens += ", ";
    tokens += JsonObject()
                  .add("token", tokenizer.token(token.id).value_or(""))
                  .add("begin", token.begin)
                  .add("end", token.end)
                  .add("dense", token.dense)
                  .str();
  }
  for (const WordContribution& word : explanation.words) {
    if (words.size() > 1) words += ", ";
    words += JsonObject()
                 .add("word", part_of(passage, word.begin, word.end))
                 .add("begin", word.begin)
                 .add("end", word.end)
                 .add("dense", word.dense)
                 .add("lexical", word.lexical)
                 .str();
  }
  for (const TermScore& term : explanation.terms) {
    if (terms.size() > 1) terms += ", ";
    terms += JsonObject()
                 .add("term", term.term)
                 .add("count", term.count)
                 .add("lexical", term.score)
                 .str();
  }
  return JsonObject()
      .add("dense_scale", answer.dense_scale)
      .add("lexical_scale", answer.lexical_scale)
      .add_raw("tokens", tokens + "]")
      .add_raw("words", words + "]")
      .add_raw("terms", terms + "]")
      .str();
}

}  // namespace

std::vector<SearchResult> find(const PassageSearch& search, const std::vector<std::string>& queries,
                               const RankOptions& options) {
  const std::vector<std::string_view> views(queries.begin(), queries.end());
  std::vector<PassageAnswer> answers = search.search(views, options);
  std::vector<SearchResult> results;
  results.reserve(queries.size());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    results.push_back({queries[q], std::move(answers[q])});
  }
  return results;
}

void explain(const PassageSearch& search, std::vector<SearchResult>& results, unsigned threads) {
  std::vector<std::string_view> queries;
  std::vector<PassageAnswer> answers;
  for (const SearchResult& result : results) {
    queries.push_back(result.query);
    answers.push_back(result.answer);
  }
  std::vector<std::vector<HitExplanation>> found = search.explain(queries, answers, threads);
  for (std::size_t q = 0; q < results.size(); ++q) results[q].explanations = std::move(found[q]);
}

std::string text_of(const SearchResult& result, const Corpus& corpus, const ResultLayout& layout) {
  constexpr std::size_t kUsualColumns = 100;
  const std::size_t columns = layout.columns > 0 ? layout.columns : kUsualColumns;
  std::size_t last_line = 0;
  for (const PassageHit& hit : result.answer.hits) {
    last_line = std::max(last_line, corpus.passages()[hit.passage].line);
  }
  const std::size_t line_width = std::to_string(last_line).size();
  std::string out;
  for (std::size_t i = 0; i < result.answer.hits.size(); ++i) {
    const PassageHit& hit = result.answer.hits[i];
    const Passage& passage = corpus.passages()[hit.passage];
    const std::string rank =
        padded(std::to_string(i + 1), 4) + "  " + padded(fixed(hit.score, 3), 6) + "  ";
    if (layout.lines_of_file) {
      const std::string head = rank + padded(std::to_string(passage.line), line_width) + "  ";
      const std::size_t max_columns =
          layout.columns > head.size() + 8 ? layout.columns - head.size() : 0;
      out += head + printable(passage.text, max_columns) + "\n";
    } else {
      const HitExplanation& explanation = result.explanations[i];
      out += rank + heading_of(passage, columns - std::min(columns, rank.size()), layout.palette);
      out += snippet(passage.text, best_sentence(passage.text, explanation, result.answer),
                     matches_of(explanation),
                     {.columns = columns, .indent = rank.size(), .max_lines = layout.lines},
                     layout.palette);
    }
    if (!layout.explain) continue;
    for (const std::string& reason : reasons(passage.text, result.explanations[i], result.answer)) {
      out += snippet(reason, {}, {}, {.columns = columns, .indent = rank.size()}, layout.palette);
    }
  }
  return out;
}

std::string json_of(const SearchResult& result, const Corpus& corpus, const Tokenizer& tokenizer,
                    bool explain, bool lines_of_file) {
  std::string hits = "[";
  for (std::size_t i = 0; i < result.answer.hits.size(); ++i) {
    const PassageHit& hit = result.answer.hits[i];
    const HitExplanation& explanation = result.explanations[i];
    const Passage& passage = corpus.passages()[hit.passage];
    JsonObject json;
    json.add("rank", i + 1)
        .add("score", static_cast<float>(hit.score))
        .add("dense", static_cast<float>(hit.dense))
        .add("lexical", static_cast<float>(hit.lexical));
    if (!lines_of_file) json.add("file", passage.file).add("title", passage.title);
    if (passage.page > 0) json.add("page", passage.page);
    if (passage.line > 0) json.add("line", passage.line);
    const TextRange best = best_sentence(passage.text, explanation, result.answer);
    json.add("text", passage.text)
        .add_raw("highlight",
                 "[" + std::to_string(best.begin) + ", " + std::to_string(best.end) + "]");
    if (explain) {
      json.add_raw("explanation",
                   explanation_json(result.answer, explanation, passage.text, tokenizer));
    }
    if (i > 0) hits += ", ";
    hits += json.str();
  }
  return JsonObject().add("query", result.query).add_raw("hits", hits + "]").str();
}

}  // namespace m2v::cli
