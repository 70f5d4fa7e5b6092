#include "train/token_lists.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/small_model.h"

using namespace m2v;

TEST_CASE("training texts have the tokens that encoding pools") {
  const StaticModel model = model::make_model(test::small_parts(4));
  std::string word;
  for (std::uint32_t id = 0; word.empty(); ++id) {
    const auto token = model.tokenizer().token(id);
    if (token && model.tokenize(*token) == std::vector<std::uint32_t>{id}) word = *token;
  }
  std::string many;
  for (int i = 0; i < 100; ++i) many += word + " ";
  const std::vector<std::string_view> texts = {word, "", many, "\xff\xff \u4e2d", word};
  for (const std::size_t max_length : {std::size_t{3}, std::size_t{50}, kNoLimit}) {
    CAPTURE(max_length);
    const auto lists = train::read_tokens(model, texts, max_length, 2);
    REQUIRE(lists.texts() == texts.size());
    EncodeOptions options;
    options.max_length = max_length;
    for (std::size_t t = 0; t < texts.size(); ++t) {
      CAPTURE(t);
      CHECK(lists[t].size() == model.encode_as_sequence(texts[t], options).rows);
    }
  }
}

TEST_CASE("tokens are numbered by falling frequency, ties by id") {
  train::TokenLists lists;
  lists.tokens.append(std::vector<std::uint32_t>{7, 3, 7, 9, 3, 7, 1});
  lists.offsets.push_back(7);
  CHECK(train::renumber_by_frequency(lists, 10) == std::vector<std::uint32_t>{7, 3, 1, 9});
  const auto numbers = lists.tokens.values();
  CHECK(std::vector(numbers.begin(), numbers.end()) ==
        std::vector<std::uint32_t>{0, 1, 0, 3, 1, 0, 2});
}
