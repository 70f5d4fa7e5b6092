#include "m2v/passage_search.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/cosine.h"
#include "m2v/error.h"
#include "support/small_model.h"

using namespace m2v;

namespace {

using Views = std::vector<std::string_view>;

const Views kPassages = {
    "hello world",
    "unable naive embedding. Hello embedding!",
    "\u6771\u4EAC world, \u0434\u0430",
    "",
    "\u00DC un-able \u2014 hello hello 42",
    "\u0394\u0395\u0396",  // no word that the model knows
    "world\n\nembedding (naive) unable un able",
};

StaticModel small_model(const char* config = R"({"normalize": true, "max_length": 512})") {
  model::ModelParts parts = test::small_parts(6);
  parts.config = base::parse_json(config, "test");
  // Weights, so that a token's share is not its row alone.
  for (std::size_t id = 0; id < parts.rows; ++id) {
    parts.weights.push_back(0.5 + static_cast<double>(id % 5));
  }
  return model::make_model(std::move(parts));
}

double sum(const auto& shares, auto member) {
  double total = 0;
  for (const auto& share : shares) total += share.*member;
  return total;
}

}  // namespace

TEST_CASE("dense hits are those of the cosine") {
  const StaticModel m = small_model();
  const PassageSearch search(m, kPassages, {.mode = SearchMode::kDense});
  const Views queries = {"hello", "naive world"};
  const auto answers = search.search(queries, {.k = 100, .mode = SearchMode::kDense});
  REQUIRE(answers.size() == 2);
  for (std::size_t q = 0; q < 2; ++q) {
    CHECK(answers[q].known);
    CHECK(answers[q].hits.size() == 5);
    double last = 2;
    for (const PassageHit& hit : answers[q].hits) {
      const double cosine = base::cosine(m.encode(queries[q]), m.encode(kPassages[hit.passage]));
      CHECK(hit.score == doctest::Approx(cosine).epsilon(1e-6));
      CHECK(hit.score == hit.dense);
      CHECK(hit.score <= last);
      last = hit.score;
    }
  }
  CHECK(search.embedded() == 5);
}

TEST_CASE("lexical hits are those of BM25, and need no vectors") {
  const PassageSearch search(small_model(), kPassages, {.mode = SearchMode::kLexical});
  const auto answer =
      search.search(Views{"Embedding hello"}, {.mode = SearchMode::kLexical}).front();
  const auto expected = LexicalIndex(kPassages).search("embedding hello", 10);
  REQUIRE(answer.hits.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(answer.hits[i].passage == expected[i].id);
    CHECK(answer.hits[i].score == static_cast<double>(expected[i].score));
    CHECK(answer.hits[i].dense == 0);
  }
  CHECK(search.embedded() == 0);
}

TEST_CASE("a hybrid score is both, each over its best") {
  const StaticModel m = small_model();
  const PassageSearch search(m, kPassages);
  const Views query = {"hello \u0394\u0395\u0396 world"};
  const auto dense = search.search(query, {.k = 100, .mode = SearchMode::kDense}).front();
  const auto lexical = search.search(query, {.k = 100, .mode = SearchMode::kLexical}).front();
  const auto both = search.search(query, {.k = 100, .dense_weight = 0.25}).front();
  CHECK(both.hits.size() == 6);
  const auto score_in = [](const PassageAnswer& answer, std::size_t passage) {
    const auto hit = std::ranges::find(answer.hits, passage, &PassageHit::passage);
    return hit == answer.hits.end() ? 0.0 : hit->score;
  };
  for (const PassageHit& hit : both.hits) {
    const double expected = 0.25 * score_in(dense, hit.passage) / dense.hits[0].score +
                            0.75 * score_in(lexical, hit.passage) / lexical.hits[0].score;
    CHECK(hit.score == doctest::Approx(expected).epsilon(1e-6));
    CHECK(hit.score ==
          doctest::Approx(both.dense_scale * hit.dense + both.lexical_scale * hit.lexical));
  }
}

TEST_CASE("reciprocal ranks") {
  const PassageSearch search(small_model(), kPassages);
  const Views query = {"hello world"};
  const auto dense = search.search(query, {.k = 100, .mode = SearchMode::kDense}).front();
  const auto lexical = search.search(query, {.k = 100, .mode = SearchMode::kLexical}).front();
  const auto both =
      search.search(query, {.k = 100, .fusion = Fusion::kReciprocalRank, .dense_weight = 0.5})
          .front();
  const auto part = [](const PassageAnswer& answer, std::size_t passage) {
    const auto hit = std::ranges::find(answer.hits, passage, &PassageHit::passage);
    return hit == answer.hits.end()
               ? 0.0
               : 1 / (60.0 + static_cast<double>(hit - answer.hits.begin() + 1));
  };
  for (const PassageHit& hit : both.hits) {
    CHECK(hit.score ==
          doctest::Approx((part(dense, hit.passage) + part(lexical, hit.passage)) / 2));
  }
  CHECK(both.dense_scale == 0);
}

TEST_CASE("queries of which nothing is known") {
  const PassageSearch search(small_model(), kPassages);
  const auto answers = search.search(Views{"\u039A\u039B", "\u0394\u0395\u0396", "hello", ""});
  CHECK_FALSE(answers[0].known);
  CHECK(answers[0].hits.empty());
  CHECK(answers[1].known);  // to the words, not to the model
  REQUIRE(answers[1].hits.size() == 1);
  CHECK(answers[1].hits[0].passage == 5);
  CHECK(answers[2].known);
  CHECK_FALSE(answers[3].known);
  const PassageSearch none(small_model(), Views{});
  CHECK(none.search(Views{"hello"}).front().hits.empty());
}

TEST_CASE("the same answers for given queries, and on any number of threads") {
  std::vector<std::string> texts;
  for (int i = 0; i < 3000; ++i) {
    texts.push_back((i % 3 == 0 ? "hello " : "unable ") + std::to_string(i) +
                    (i % 7 == 0 ? " world" : " naive"));
  }
  const Views passages(texts.begin(), texts.end());
  const Views queries = {"hello 21 world", "naive", "embedding 7"};
  const PassageSearch any(small_model(), passages, {.threads = 1});
  const PassageSearch given(small_model(), passages, {.queries = queries, .threads = 5});
  const auto a = any.search(queries, {.k = 20, .threads = 1});
  const auto b = given.search(queries, {.k = 20, .threads = 4});
  const auto c = any.search(Texts(queries).first(1), {.k = 20, .threads = 3});
  for (std::size_t q = 0; q < queries.size(); ++q) {
    REQUIRE(a[q].hits.size() == 20);
    for (std::size_t i = 0; i < 20; ++i) {
      CHECK(a[q].hits[i].passage == b[q].hits[i].passage);
      CHECK(a[q].hits[i].score == b[q].hits[i].score);
      if (q == 0) CHECK(a[q].hits[i].passage == c[q].hits[i].passage);
    }
  }
}

TEST_CASE("an explanation adds up to the scores, token by token and word by word") {
  const StaticModel m = small_model();
  const PassageSearch search(m, kPassages);
  for (const std::string_view query :
       {"hello world", "naive \u6771\u4EAC unable", "42 \u0434\u0430"}) {
    const PassageAnswer answer = search.search(Views{query}, {.k = 100}).front();
    CHECK(answer.hits.size() >= 5);
    for (const PassageHit& hit : answer.hits) {
      const HitExplanation told = search.explain(query, hit.passage);
      CAPTURE(query);
      CAPTURE(hit.passage);
      CHECK(std::abs(told.dense - hit.dense) <= 1e-6);
      CHECK(std::abs(told.lexical - hit.lexical) <= 1e-6);
      CHECK(std::abs(sum(told.tokens, &TokenContribution::dense) - hit.dense) <= 1e-6);
      CHECK(std::abs(sum(told.words, &WordContribution::dense) - hit.dense) <= 1e-6);
      CHECK(std::abs(sum(told.words, &WordContribution::lexical) - hit.lexical) <= 1e-6);
    }
  }
  CHECK_THROWS_AS(search.explain("hello", kPassages.size()), std::invalid_argument);
}

TEST_CASE("all hits are explained at once as one by one, on any number of threads") {
  const Views queries = {"hello world", "naive", "nothing that is known", "hello world"};
  for (const SearchMode mode : {SearchMode::kHybrid, SearchMode::kDense, SearchMode::kLexical}) {
    const PassageSearch search(small_model(), kPassages, {.mode = mode});
    const auto answers = search.search(queries, {.k = 100, .mode = mode});
    CHECK(!answers[0].hits.empty());
    for (const unsigned threads : {1u, 3u}) {
      const auto all = search.explain(queries, answers, threads);
      REQUIRE(all.size() == queries.size());
      for (std::size_t q = 0; q < queries.size(); ++q) {
        REQUIRE(all[q].size() == answers[q].hits.size());
        for (std::size_t i = 0; i < all[q].size(); ++i) {
          const HitExplanation alone = search.explain(queries[q], answers[q].hits[i].passage);
          CHECK(all[q][i].dense == alone.dense);
          CHECK(all[q][i].lexical == alone.lexical);
          REQUIRE(all[q][i].tokens.size() == alone.tokens.size());
          for (std::size_t t = 0; t < alone.tokens.size(); ++t) {
            CHECK(all[q][i].tokens[t].id == alone.tokens[t].id);
            CHECK(all[q][i].tokens[t].dense == alone.tokens[t].dense);
          }
          REQUIRE(all[q][i].words.size() == alone.words.size());
          for (std::size_t w = 0; w < alone.words.size(); ++w) {
            CHECK(all[q][i].words[w].begin == alone.words[w].begin);
            CHECK(all[q][i].words[w].dense == alone.words[w].dense);
            CHECK(all[q][i].words[w].lexical == alone.words[w].lexical);
          }
        }
      }
    }
    CHECK_THROWS_AS(search.explain(Texts(queries).first(1), answers), std::invalid_argument);
  }
}

TEST_CASE("a token's share is its row times the query, over both lengths") {
  const StaticModel m = small_model();
  const PassageSearch search(m, kPassages);
  const HitExplanation told = search.explain("world", 0);
  REQUIRE(told.tokens.size() == 2);
  REQUIRE(told.words.size() == 2);
  const auto query = m.encode("world", {.normalize = true});
  const auto passage = m.encode(kPassages[0], {.normalize = false});
  double length = 0;
  for (const float value : passage) length += static_cast<double>(value) * value;
  for (std::size_t t = 0; t < 2; ++t) {
    const auto row = m.token_vector(told.tokens[t].id);
    double product = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      product += static_cast<double>(row[i]) * static_cast<double>(query[i]) / 2;
    }
    CHECK(told.tokens[t].dense == doctest::Approx(product / std::sqrt(length)).epsilon(1e-5));
  }
  CHECK(told.tokens[1].begin == 6);
  CHECK(told.tokens[1].end == 11);
  CHECK(told.words[1].begin == 6);
  CHECK(told.words[1].end == 11);
  CHECK(told.words[0].lexical == 0);
  CHECK(told.words[1].lexical > 0);
}

TEST_CASE("what is cut off has no share") {
  const StaticModel m = small_model(R"({"normalize": true, "max_length": 2})");
  const Views passages = {"hello unable world", "world hello"};
  const PassageSearch search(m, passages, {.mode = SearchMode::kDense});
  const auto answer = search.search(Views{"world"}, {.mode = SearchMode::kDense}).front();
  for (const PassageHit& hit : answer.hits) {
    const HitExplanation told = search.explain("world", hit.passage);
    CHECK(told.tokens.size() <= 2);
    CHECK(std::abs(told.dense - hit.dense) <= 1e-6);
  }
  const PassageSearch all(m, passages, {.mode = SearchMode::kDense, .max_length = kNoLimit});
  CHECK(all.explain("world", 0).tokens.size() == 4);
}

TEST_CASE("the best sentence is the one whose words add most") {
  const Views passages = {"Naive world. Hello, \u00FC hello! Unable.", "\u0394"};
  const PassageSearch search(small_model(), passages, {.mode = SearchMode::kLexical});
  const RankOptions options{.mode = SearchMode::kLexical};
  const auto sentence = [&](std::string_view query) {
    const TextRange range = best_sentence(passages[0], search.explain(query, 0),
                                          search.search(Views{query}, options).front());
    return std::pair(range.begin, range.end);
  };
  CHECK(sentence("hello") == std::pair<std::size_t, std::size_t>(13, 28));
  CHECK(sentence("unable") == std::pair<std::size_t, std::size_t>(29, 36));
  CHECK(sentence("unknown") == std::pair<std::size_t, std::size_t>(0, 0));
}

TEST_CASE("modes that were not prepared, weights that are none, cancelling") {
  const PassageSearch dense(small_model(), kPassages, {.mode = SearchMode::kDense});
  CHECK_THROWS_AS(dense.search(Views{"hello"}), std::invalid_argument);
  const PassageSearch search(small_model(), kPassages);
  CHECK_THROWS_AS(search.search(Views{"hello"}, {.dense_weight = 1.5}), std::invalid_argument);
  CHECK_THROWS_AS(search.search(Views{"hello"}, {.dense_weight = std::nan("")}),
                  std::invalid_argument);
  CHECK_THROWS_AS(PassageSearch(small_model(), kPassages, {}, [](const Event&) { return false; }),
                  Cancelled);
}
