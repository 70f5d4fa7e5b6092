#include "train/batch_tokens.h"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace m2v::train;

namespace {

TokenLists lists_of(const std::vector<std::vector<std::uint32_t>>& texts) {
  TokenLists lists;
  for (const auto& text : texts) {
    lists.tokens.append(text);
    lists.offsets.push_back(lists.tokens.size());
  }
  return lists;
}

}  // namespace

TEST_CASE("positions by text and by row say the same") {
  const TokenLists lists = lists_of({{0, 1}, {}, {1, 2, 1, 0}});
  const std::vector<float> weights = {1, 2, 4};
  BatchTokens batch({5, 6, 5}, 7);  // tokens 0 and 2 share a row
  Random unused(1);
  batch.read(lists, std::vector<std::size_t>{2, 1, 0}, weights.data(), 0, unused);
  REQUIRE(batch.texts() == 3);
  const std::vector<std::uint32_t> offsets(batch.text_offsets(), batch.text_offsets() + 4);
  CHECK(offsets == std::vector<std::uint32_t>{0, 4, 4, 6});
  const std::vector<std::uint32_t> rows(batch.occurrence_rows(), batch.occurrence_rows() + 6);
  CHECK(rows == std::vector<std::uint32_t>{6, 5, 6, 5, 5, 6});
  const std::vector<float> scales(batch.occurrence_scales(), batch.occurrence_scales() + 6);
  CHECK(scales == std::vector<float>{0.5f, 1, 0.5f, 0.25f, 0.5f, 1});

  CHECK(std::vector(batch.rows().begin(), batch.rows().end()) == std::vector<std::uint32_t>{6, 5});
  const std::vector<std::uint32_t> starts(batch.row_offsets(), batch.row_offsets() + 3);
  CHECK(starts == std::vector<std::uint32_t>{0, 3, 6});
  const std::vector<std::uint32_t> sources(batch.sources(), batch.sources() + 6);
  CHECK(sources == std::vector<std::uint32_t>{0, 0, 2, 0, 0, 2});
  const std::vector<std::uint32_t> tokens(batch.tokens(), batch.tokens() + 6);
  CHECK(tokens == std::vector<std::uint32_t>{1, 1, 1, 2, 0, 0});
  const std::vector<float> row_scales(batch.scales(), batch.scales() + 6);
  CHECK(row_scales == std::vector<float>{0.5f, 0.5f, 1, 1, 0.25f, 0.5f});

  batch.read(lists, std::vector<std::size_t>{0}, nullptr, 0, unused);  // nothing is left behind
  CHECK(batch.rows().size() == 2);
  CHECK(batch.occurrence_scales()[0] == 0.5f);
}

TEST_CASE("dropout takes about its share, never all of a text, and adds nothing to an empty one") {
  std::vector<std::vector<std::uint32_t>> texts(400, {1, 2, 3, 4, 5});
  texts.push_back({});
  texts.push_back({9});
  const TokenLists lists = lists_of(texts);
  BatchTokens batch({}, 10);
  Random random(3);
  std::vector<std::size_t> all(402);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  batch.read(lists, all, nullptr, 0.5f, random);
  const auto* offsets = batch.text_offsets();
  std::set<std::size_t> lengths;
  for (std::size_t t = 0; t < 400; ++t) lengths.insert(offsets[t + 1] - offsets[t]);
  CHECK(*lengths.begin() == 1);
  CHECK(lengths.size() == 5);
  CHECK(std::abs(static_cast<double>(offsets[400]) - 1000 - 400 / 32.0) < 70);
  CHECK(offsets[401] == offsets[400]);
  CHECK(offsets[402] - offsets[401] == 1);
  CHECK(batch.occurrence_rows()[offsets[401]] == 9);
}
