#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "m2v/lexical.h"

using namespace m2v;

namespace {

using Views = std::vector<std::string_view>;

Views views(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == ' ') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  std::erase(words, "");
  return words;
}

/// BM25 as its definition says, for texts of small letters and single blanks.
std::vector<double> plain_scores(const std::vector<std::string>& texts, const std::string& query,
                                 double k1, double b) {
  std::vector<std::map<std::string, double>> counts;
  std::map<std::string, double> texts_with;
  std::vector<double> lengths;
  double length_of_all = 0;
  for (const std::string& text : texts) {
    counts.emplace_back();
    const auto words = words_of(text);
    for (const std::string& word : words) ++counts.back()[word];
    for (const auto& [word, count] : counts.back()) ++texts_with[word];
    lengths.push_back(static_cast<double>(words.size()));
    length_of_all += lengths.back();
  }
  const auto n = static_cast<double>(texts.size());
  std::vector<double> scores(texts.size(), 0);
  for (const std::string& word : words_of(query)) {
    const double idf = std::log(1 + (n - texts_with[word] + 0.5) / (texts_with[word] + 0.5));
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (!counts[i].contains(word)) continue;
      const double count = counts[i][word];
      scores[i] +=
          idf * count * (k1 + 1) / (count + k1 * (1 - b + b * lengths[i] / (length_of_all / n)));
    }
  }
  return scores;
}

std::vector<std::string> random_texts(std::mt19937& random, std::size_t count,
                                      std::size_t longest) {
  std::vector<std::string> texts(count);
  for (std::string& text : texts) {
    const std::size_t length = random() % (longest + 1);
    for (std::size_t i = 0; i < length; ++i) {
      // Squared, so that some words are frequent.
      const std::size_t word = random() % 12 * (random() % 12);
      text += "w" + std::to_string(word) + " ";
    }
  }
  return texts;
}

}  // namespace

TEST_CASE("the scores are those of the definition, on any number of threads") {
  std::mt19937 random(3);
  for (int round = 0; round < 30; ++round) {
    const auto texts = random_texts(random, 1 + random() % 200, 30);
    const auto queries = random_texts(random, 5, 6);
    const LexicalOptions options{
        .k1 = round % 3 * 0.8, .b = round % 4 * 0.25, .threads = 1u + round % 5};
    const LexicalIndex all(views(texts), options);
    const LexicalIndex some = LexicalIndex::for_queries(views(texts), views(queries), options);
    for (const std::string& query : queries) {
      const auto expected = plain_scores(texts, query, options.k1, options.b);
      const auto found = all.scores(query);
      REQUIRE(found.size() == texts.size());
      for (std::size_t i = 0; i < texts.size(); ++i) {
        CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-6));
      }
      CHECK(some.scores(query) == found);
    }
  }
}

TEST_CASE("the best texts come first, ties in their order, and none without a word") {
  const Views texts = {"a b", "c", "b a", "a", "x a"};
  const LexicalIndex index(texts);
  const auto hits = index.search("a", 10);
  REQUIRE(hits.size() == 4);
  CHECK(hits[0].id == 3);
  CHECK(hits[1].id == 0);
  CHECK(hits[2].id == 2);
  CHECK(hits[3].id == 4);
  CHECK(index.search("a", 2).size() == 2);
  CHECK(index.search("y", 2).empty());
  CHECK(index.search("", 2).empty());
}

TEST_CASE("an explanation adds up") {
  const Views texts = {"the cat and the dog", "a cat", "nothing"};
  const LexicalIndex index(texts);
  const auto terms = index.explain("The dog, the cow", 0);
  REQUIRE(terms.size() == 2);
  CHECK(terms[0].term == "the");
  CHECK(terms[0].count == 2);
  CHECK(terms[1].term == "dog");
  CHECK(terms[0].score + terms[1].score ==
        doctest::Approx(index.scores("the dog the cow")[0]).epsilon(1e-6));
  CHECK(index.explain("the dog", 2).empty());
  CHECK_THROWS_AS(index.explain("the", 3), std::invalid_argument);
}

TEST_CASE("nothing to search, and options that make no sense") {
  const LexicalIndex none(Views{});
  CHECK(none.search("a", 3).empty());
  const LexicalIndex empty(Views{"", "..."});
  CHECK(empty.scores("a") == std::vector<float>{0, 0});
  CHECK_THROWS_AS(LexicalIndex(Views{}, {.k1 = -1}), std::invalid_argument);
  CHECK_THROWS_AS(LexicalIndex(Views{}, {.b = 1.5}), std::invalid_argument);
  CHECK_THROWS_AS(LexicalIndex(Views{}, {.k1 = std::nan("")}), std::invalid_argument);
}
