#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <tuple>

#include "m2v/error.h"
#include "m2v/retrieval.h"
#include "support/temp_folder.h"

using namespace m2v;

namespace {

void write_data(const test::TempFolder& folder) {
  folder.write("corpus.jsonl",
               "{\"_id\": \"d1\", \"title\": \"T\", \"text\": \"one\"}\n"
               "{\"_id\": \"d2\", \"title\": \"\", \"text\": \"two\"}\n"
               "{\"_id\": \"d3\", \"text\": \"three\"}\n");
  folder.write("queries.jsonl",
               "{\"_id\": \"q1\", \"text\": \"a\"}\n{\"_id\": \"unjudged\", \"text\": \"b\"}\n"
               "{\"_id\": \"q2\", \"text\": \"c\"}\n");
  folder.write("qrels/test.tsv",
               "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td3\t0\nq2\td2\t1\nq2\telsewhere\t1\n");
}

std::string problem_of(const test::TempFolder& folder) {
  try {
    std::ignore = RetrievalData::read_beir(folder.path());
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("a data set of BEIR") {
  const test::TempFolder folder;
  write_data(folder);
  const RetrievalData data = RetrievalData::read_beir(folder.path());
  CHECK(data.document_ids == std::vector<std::string>{"d1", "d2", "d3"});
  CHECK(data.documents == std::vector<std::string>{"T one", "two", "three"});
  CHECK(data.query_ids == std::vector<std::string>{"q1", "q2"});
  CHECK(data.queries == std::vector<std::string>{"a", "c"});
  REQUIRE(data.judgements.size() == 2);
  CHECK(data.judgements[0].at("d1") == 2);
  CHECK_THROWS_AS(RetrievalData::read_beir(folder.path(), "dev"), IoError);
}

TEST_CASE("judgements may lie beside the documents") {
  const test::TempFolder folder;
  write_data(folder);
  std::filesystem::rename(folder / "qrels/test.tsv", folder / "qrels.tsv");
  CHECK(RetrievalData::read_beir(folder.path()).queries.size() == 2);
}

TEST_CASE("the measures by hand") {
  const test::TempFolder folder;
  write_data(folder);
  const RetrievalData data = RetrievalData::read_beir(folder.path());
  // q1 finds d3, then d1; q2 finds d2 behind d3, which has the same score.
  const RetrievalScores scores =
      score_rankings(data, {{{2, 0.9f}, {0, 0.5f}}, {{1, 0.5f}, {2, 0.5f}}}, {1, 10});
  CHECK(scores.mrr == doctest::Approx(0.5));
  CHECK(scores.map == doctest::Approx((0.5 + 0.25) / 2));
  CHECK(scores.recall[0] == 0);
  CHECK(scores.recall[1] == doctest::Approx((1 + 0.5) / 2));
  CHECK(scores.ndcg[1] ==
        doctest::Approx((1 / std::log2(3) + 1 / std::log2(3) / (1 + 1 / std::log2(3))) / 2));
  CHECK(score_rankings(data, {{}, {}}).map == 0);
  CHECK_THROWS_AS(score_rankings(data, {{}}), std::invalid_argument);
  CHECK_THROWS_AS(score_rankings(data, {{{0, 0.9f}, {0, 0.5f}}, {}}), std::invalid_argument);
}

TEST_CASE("what is wrong in a data set is told with its line") {
  const test::TempFolder folder;
  CHECK(problem_of(folder).find("corpus.jsonl") != std::string::npos);
  write_data(folder);
  folder.write("qrels/test.tsv", "header\nq1\td1\tx\n");
  CHECK(problem_of(folder).find("test.tsv: line 2") != std::string::npos);
  folder.write("qrels/test.tsv", "header\nq1\td1\n");
  CHECK(problem_of(folder).find("test.tsv: line 2") != std::string::npos);
  folder.write("qrels/test.tsv", "header\nother\td1\t1\n");
  CHECK(problem_of(folder).find("no query has a judgement") != std::string::npos);
  write_data(folder);
  folder.write("queries.jsonl", "{\"_id\": \"q1\", \"text\": \"a\"}\n{\"_id\": 5}\n");
  CHECK(problem_of(folder).find("queries.jsonl: line 2: $._id") != std::string::npos);
  folder.write("corpus.jsonl", "{\"_id\": \"d1\", \"text\": \"a\"}\n{");
  CHECK(problem_of(folder).find("corpus.jsonl: line 2") != std::string::npos);
}
