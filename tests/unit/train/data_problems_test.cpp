#include "m2v/data_problems.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "m2v/fit.h"
#include "m2v/training_file.h"
#include "support/small_model.h"

using namespace m2v;

namespace {

using Row = std::pair<std::string, std::string>;  // label, text

/// Rows in which nothing is wrong: two classes, four texts each.
std::vector<Row> plain_rows() {
  std::vector<Row> rows;
  for (const char* number : {"one", "two", "three", "four"}) {
    rows.emplace_back("ham", std::string("ham number ") + number);
    rows.emplace_back("spam", std::string("spam number ") + number);
  }
  return rows;
}

std::vector<Row> with(std::vector<Row> more, bool first = false) {
  std::vector<Row> rows = plain_rows();
  rows.insert(first ? rows.begin() : rows.end(), more.begin(), more.end());
  return rows;
}

/// What is told of rows, whose lines begin with 2.
std::vector<std::string> told(const std::vector<Row>& rows) {
  std::vector<std::string> names, result;
  std::vector<std::string_view> texts;
  std::vector<std::size_t> lines;
  for (const auto& [label, text] : rows) {
    names.push_back(label);
    texts.push_back(text);
    lines.push_back(lines.size() + 2);
  }
  for (const DataProblem& problem : find_data_problems(texts, Labels::single(names))) {
    result.push_back(describe(problem, lines));
  }
  return result;
}

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("nothing is told of data without a problem") {
  CHECK(told(plain_rows()).empty());
  CHECK(told({}).empty());
  CHECK(told({{"a", "x y"}, {"b", "y z"}, {"a", "z x"}, {"b", "x x"}}).empty());
  // A text that occurs twice with the same label is no mistake.
  CHECK(told(with({{"ham", "ham number one"}})).empty());
}

TEST_CASE("empty texts, and those of white space alone") {
  CHECK(told(with({{"ham", ""}})) == Told{"1 text is empty: line 10"});
  CHECK(told(with({{"ham", " \t"}, {"spam", "\u00A0\u3000"}})) ==
        Told{"2 texts are empty: lines 10 and 11"});
  CHECK(told(with(std::vector<Row>(12, {"ham", ""}))) ==
        Told{"12 texts are empty: lines 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 and 2 more"});
}

TEST_CASE("a header is taken for a text") {
  for (const auto& [label, text] : std::vector<Row>{{"label", "text"},
                                                    {"Category", "Message"},
                                                    {" LABEL ", "anything at all"},
                                                    {"v1", "Sentence"}}) {
    CAPTURE(label);
    const Told problems = told(with({{label, text}}, true));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0] == "the label \"" + label + "\" of the text \"" + text +
                             "\" looks like the header of the table: line 2");
  }
  // Files that were put one behind the other have headers within.
  CHECK(told(with({{"label", "text"}, {"ham", "more ham"}})) ==
        Told{"the label \"label\" of the text \"text\" looks like the header of the table: "
             "line 10"});
  // A class of that name is no header, nor is a word of that name in a text of a real class.
  CHECK(told(with({{"topic", "a topic"}, {"topic", "another topic"}}, true)).empty());
  CHECK(told(with({{"ham", "text"}}, true)).empty());
}

TEST_CASE("labels that differ only in case or in white space") {
  CHECK(told(with({{"Ham", "a"}, {"Ham", "b"}})) ==
        Told{"labels differ only in case or in white space (\"Ham\" and \"ham\"): lines 10 and "
             "11"});
  const Told problems = told(with({{"spam ", "a"}, {"\u00A0spam", "b"}, {"Spam", "c"}}));
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].starts_with("labels differ only in case or in white space ("));
  CHECK(problems[0].ends_with("): lines 10, 11 and 12"));
  CHECK(told(with({{"\u00C4pfel", "a"}, {"\u00E4pfel", "b"}}))[0].ends_with(": line 11"));
  CHECK(told(with({{"a  b", "a"}, {"a b", "b"}, {"a b", "c"}}))[0].ends_with(": line 10"));
}

TEST_CASE("a class with one text") {
  CHECK(told(with({{"rare", "a text"}})) == Told{"the class \"rare\" has one text only: line 10"});
  CHECK(told(with({{"b", "a text"}, {"a", "another"}, {"c", "third"}, {"d", "fourth"}})) ==
        Told{"4 classes (\"a\", \"b\", \"c\" and 1 more) have one text only: lines 10, 11, 12 and "
             "13"});
}

TEST_CASE("columns that are swapped") {
  std::vector<Row> rows;
  for (const auto& [label, text] : plain_rows()) rows.emplace_back(text, label);
  CHECK(told(rows) == Told{"there are 8 classes for 8 texts; the columns may be swapped"});
  // Sentences that repeat, so that there are fewer classes than texts.
  const std::string sentence = "this sentence is said again and again in all of the conversations";
  CHECK(told({{sentence, "pos"},
              {sentence, "pos"},
              {sentence + "!", "neg"},
              {sentence + "!", "neg"}}) ==
        Told{"the labels are longer than the texts: on average 65 and 3 bytes; the columns may be "
             "swapped"});
}

TEST_CASE("equal texts with different labels") {
  CHECK(told(with({{"spam", "ham number two"}})) ==
        Told{"2 texts have other labels elsewhere in the data, such as \"ham number two\": lines "
             "4 and 10"});
  // Noise of the labels: two texts of 201.
  std::vector<Row> many;
  for (int i = 0; i < 200; ++i) many.emplace_back(i % 2 == 0 ? "ham" : "spam", std::to_string(i));
  many.emplace_back("spam", "42");
  CHECK(told(many).empty());
  const std::string_view texts[] = {"a", "b", "a", "b"};
  const std::vector<std::vector<std::string>> same = {{"x", "y"}, {"x"}, {"y", "x"}, {"x"}};
  CHECK(find_data_problems(texts, Labels::multi(same)).empty());
  const std::vector<std::vector<std::string>> others = {{"x", "y"}, {"x", "y"}, {"x", "y"}, {}};
  const auto problems = find_data_problems(texts, Labels::multi(others));
  REQUIRE(problems.size() == 1);
  CHECK(describe(problems[0]).ends_with(": texts 1 and 3, counted from 0"));
}

TEST_CASE("a long label or text is cut between characters") {
  std::string label = "x";
  for (int i = 0; i < 50; ++i) label += "\u00E9";
  const Told problems = told(with({{label, "a"}}));
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].find("\u00E9...\"") != std::string::npos);
}

TEST_CASE("texts and labels must be equally many") {
  CHECK_THROWS_AS(find_data_problems(Texts{}, Labels::single(std::vector<std::string>{"a"})),
                  std::invalid_argument);
}

TEST_CASE("a fit warns before it trains, folds warn once, and training.json counts") {
  const StaticModel model = model::make_model(test::small_parts(8));
  std::vector<std::string> names(20, "a");
  std::vector<std::string_view> texts(20, "hello world");
  for (std::size_t i = 0; i < 10; ++i) {
    names[i] = "b";
    texts[i] = "unable naive";
  }
  texts[3] = texts[15] = "";
  const Labels labels = Labels::single(names);
  std::vector<std::string> warnings;
  bool trains = false;
  const OnEvent remember = [&](const Event& event) {
    if (event.kind == Event::Kind::kWarning) {
      CHECK(event.stage == kDataStage);
      CHECK_FALSE(trains);
      warnings.push_back(event.message);
    } else {
      trains = true;
    }
    return true;
  };
  const ClassifierOptions options{{.hidden_dim = 8, .max_epochs = 1}};
  FitReport report;
  std::ignore = fit(model, texts, labels, options, remember, &report);
  const Told expected{"2 texts are empty: texts 3 and 15, counted from 0"};
  CHECK(warnings == expected);
  REQUIRE(report.data_problems.size() == 1);
  CHECK(report.data_problems[0].kind == DataProblem::Kind::kEmptyText);
  CHECK(training_json(options, report).find("\"empty_text\": 2") != std::string::npos);

  warnings.clear();
  trains = false;
  ClassifierOptions own = options;
  own.validation_texts = texts;
  own.validation_labels = labels;
  std::ignore = fit(model, texts, labels, own, remember);
  CHECK(warnings == Told{"validation: " + expected[0], expected[0]});
}
