#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "cli/html/evaluation.h"
#include "cli/html/markup.h"
#include "cli/terminal.h"
#include "cli/utf8.h"
#include "m2v/explain.h"

namespace m2v::cli::html {
namespace {

constexpr std::size_t kMaxErrors = 50;
constexpr std::size_t kMaxCharacters = 700;

/// A wrong decision. If texts have one label: a class that was predicted instead of the true one.
/// If they have several: a class that was predicted wrongly, or was missed.
struct Mistake {
  std::size_t text = 0, of = 0;  ///< Indices of the text and of the model's class.
  float probability = 0;         ///< Predicted probability of the class.
  bool got = true;               ///< Whether the class was predicted.
  float certainty() const { return got ? probability : 1 - probability; }
};

/// Returns all mistakes, the most confident first.
std::vector<Mistake> mistakes(const Evaluation& evaluation) {
  std::vector<Mistake> all;
  const auto least = static_cast<float>(evaluation.threshold);
  for (std::size_t t = 0; t < evaluation.texts.size(); ++t) {
    const auto row = evaluation.probabilities.row(t);
    if (!evaluation.report.multilabel) {
      const auto best = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
      if (!evaluation.has(t, best)) all.push_back({t, best, row[best], true});
      continue;
    }
    for (std::size_t c = 0; c < row.size(); ++c) {
      const bool got = row[c] > least;
      if (got != evaluation.has(t, c)) all.push_back({t, c, row[c], got});
    }
  }
  std::ranges::stable_sort(all, std::ranges::greater(), &Mistake::certainty);
  return all;
}

/// Replaces ill-formed UTF-8 by U+FFFD, so that offsets in code points are well defined.
std::string repaired(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character character = next_character(text);
    out += character.valid ? text.substr(0, character.size) : std::string_view("\uFFFD");
    text.remove_prefix(character.size);
  }
  return out;
}

/// Returns the model's index of the text's true class; none if the model lacks that class.
std::optional<std::size_t> own_class(const Evaluation& evaluation, std::size_t text) {
  for (std::size_t c = 0; c < evaluation.classes().names.size(); ++c) {
    if (evaluation.has(text, c)) return c;
  }
  return std::nullopt;
}

/// An output as a sum: one contribution per token, and a constant that does not depend on them.
struct Pull {
  std::vector<Token> tokens;
  std::vector<double> contributions;  ///< One contribution per token.
  double constant = 0;
  double total() const {
    return std::accumulate(contributions.begin(), contributions.end(), constant);
  }
};

/// Decomposes the logit of the class `of` or, if there is an `other` class, the difference between
/// their logits.
Pull pull_of(const OutputExplanation& explanation, std::size_t of,
             std::optional<std::size_t> other) {
  const auto difference = [&](std::span<const float> values) {
    return static_cast<double>(values[of]) - (other ? static_cast<double>(values[*other]) : 0.0);
  };
  Pull pull{.tokens = explanation.tokens,
            .contributions = {},
            .constant = difference(explanation.constant)};
  for (std::size_t t = 0; t < pull.tokens.size(); ++t) {
    pull.contributions.push_back(difference(explanation.contributions.row(t)));
  }
  return pull;
}

/// Returns the text with a background behind each token. Its depth shows the size of the token's
/// contribution, its class whether the token supports the mistake or speaks against it.
std::string marked(const std::string& text, const Pull& pull, bool got) {
  constexpr double kMinDepth = 0.02;  // a paler background could not be seen
  double largest = 1e-9;              // not 0, by which depths could not be divided
  for (const double value : pull.contributions) largest = std::max(largest, std::abs(value));
  std::string_view rest = text;
  std::string out;
  std::size_t position = 0;
  const auto take = [&](std::size_t end) {
    const std::string_view before = rest;
    for (; position < end && !rest.empty(); ++position) {
      rest.remove_prefix(next_character(rest).size);
    }
    return escaped(before.substr(0, before.size() - rest.size()));
  };
  for (std::size_t t = 0; t < pull.tokens.size() && position < kMaxCharacters; ++t) {
    out += take(pull.tokens[t].begin);
    const std::string piece = take(pull.tokens[t].end);
    const double depth = std::abs(pull.contributions[t]) / largest;
    if (piece.empty() || depth < kMinDepth) {
      out += piece;
      continue;
    }
    const bool blamed = (pull.contributions[t] > 0) == got;
    out += std::string("<mark") + (blamed ? "" : " class=\"against\"") +
           " style=\"--a:" + short_number(depth) + "\" title=\"" +
           (pull.contributions[t] > 0 ? "+" : "") + short_number(pull.contributions[t], 3) + "\">" +
           piece + "</mark>";
  }
  const std::size_t end = std::max(position, kMaxCharacters);
  return out + take(end) + (rest.empty() ? "" : "\u2026");
}

/// Formats an addend of a sum, e.g. "− 3.10 (why)". `plus` and `minus` are the signs to print.
std::string addend(double value, const char* plus, const char* minus, const char* why = "") {
  return (value < 0 ? minus : plus) + fixed(std::abs(value), 2) + why;
}

/// Shows the output as the sum of all contributions for and against it, and the constant.
std::string sum_line(const Pull& pull, const std::string& name) {
  double towards = 0, away = 0;
  for (const double value : pull.contributions) (value > 0 ? towards : away) += value;
  const auto next = [](double value, const char* why) {
    return addend(value, " + ", " \u2212 ", why);
  };
  return "<p class=\"sum\">" + escaped(name) + ": <b>" + addend(pull.total(), "", "\u2212") +
         "</b> = " + addend(towards, "", "\u2212", " (words for it)") +
         next(away, " (words against it)") + next(pull.constant, " (constant)") + "</p>";
}

std::string name_of(const Evaluation& evaluation, std::size_t of) {
  return "\u201C" + shortened(evaluation.classes().names[of], 60) + "\u201D";
}

std::string label_list(const Classes& classes, std::span<const std::uint32_t> labels) {
  std::string names;
  for (const std::uint32_t label : labels) {
    names += (names.empty() ? "" : ", ") + shortened(classes.names[label], 60);
  }
  return names.empty() ? "nothing" : escaped(names);
}

std::string verdict(const Evaluation& evaluation, const Mistake& mistake) {
  const std::string chance =
      "<small>" + percent(static_cast<double>(mistake.probability)) + "</small>";
  const std::string name = escaped(name_of(evaluation, mistake.of));
  if (evaluation.report.multilabel) {
    return (mistake.got ? "<span class=\"got\">got " : "<span class=\"is\">missed ") + name +
           "</span> " + chance + " <small>is " +
           label_list(evaluation.truth.classes, evaluation.truth[mistake.text]) + "; got " +
           label_list(evaluation.truth.classes, evaluation.predicted[mistake.text]) + "</small>";
  }
  return "<span class=\"got\">got " + name + "</span> " + chance + " <span class=\"is\">is " +
         escaped("\u201C" + shortened(evaluation.true_class(mistake.text), 60) + "\u201D") +
         "</span>";
}

std::string article(const Evaluation& evaluation, const Mistake& mistake) {
  const bool several = evaluation.report.multilabel;
  const std::string text = repaired(evaluation.texts[mistake.text]);
  const auto other = several ? std::nullopt : own_class(evaluation, mistake.text);
  const Pull pull = pull_of(explain(evaluation.trained, text), mistake.of, other);
  std::string classes = "c" + std::to_string(evaluation.locations[mistake.of]);
  if (!several) classes += " c" + std::to_string(evaluation.truth[mistake.text][0]);
  const std::string measure = "logit of " + name_of(evaluation, mistake.of) +
                              (other ? " minus that of " + name_of(evaluation, *other) : "");
  return "<article class=\"card error\" data-classes=\"" + classes + "\"><header>" +
         verdict(evaluation, mistake) + " <small>text " + with_separators(mistake.text + 1) +
         "</small></header>\n<blockquote dir=\"auto\">" + marked(text, pull, mistake.got) +
         "</blockquote>\n" + sum_line(pull, measure) + "</article>\n";
}

/// Returns a drop-down list of the classes that occur in the mistakes shown.
std::string filter(const Evaluation& evaluation, std::span<const Mistake> shown) {
  std::vector<bool> used(evaluation.truth.classes.names.size());
  for (const Mistake& mistake : shown) {
    used[evaluation.locations[mistake.of]] = true;
    if (!evaluation.report.multilabel) used[evaluation.truth[mistake.text][0]] = true;
  }
  std::string out =
      "<div class=\"tools\"><label for=\"class\">Class</label><select id=\"class\">"
      "<option value=\"\">all</option>\n";
  for (std::size_t c = 0; c < used.size(); ++c) {
    if (!used[c]) continue;
    out += "<option value=\"c" + std::to_string(c) + "\">" +
           escaped(shortened(evaluation.truth.classes.names[c], 60)) + "</option>\n";
  }
  return out + "</select></div>\n";
}

}  // namespace

std::string errors(const Evaluation& evaluation) {
  const std::vector<Mistake> all = mistakes(evaluation);
  if (all.empty()) {
    return section("errors", "Errors", "There are none.", "");
  }
  const std::span<const Mistake> shown(all.data(), std::min(all.size(), kMaxErrors));
  std::string out = filter(evaluation, shown);
  for (const Mistake& mistake : shown) out += article(evaluation, mistake);
  const std::string lead =
      (shown.size() < all.size() ? "The " + with_separators(shown.size()) + " most confident of " +
                                       with_separators(all.size())
                                 : "All " + with_separators(all.size())) +
      " mistakes, the most confident first. A text's vector is a sum over its tokens, so each "
      "token's contribution "
      "to the answer is known exactly: <span class=\"key\">these</span> led to the mistake, <span "
      "class=\"key against\">these</span> counted against it. Point at one for its value.";
  return section("errors", "Errors", lead, out);
}

}  // namespace m2v::cli::html
