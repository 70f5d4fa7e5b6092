#include "train/split.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

using namespace m2v::train;

namespace {

bool covers_all(const Split& split, std::size_t count) {
  std::vector<std::size_t> all = split.train;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::ranges::sort(all);
  for (std::size_t i = 0; i < count; ++i) {
    if (all[i] != i) return false;
  }
  return all.size() == count && std::ranges::is_sorted(split.train) &&
         std::ranges::is_sorted(split.validation);
}

std::map<std::uint32_t, std::size_t> kept_by_class(const Split& split,
                                                   const std::vector<std::uint32_t>& classes) {
  std::map<std::uint32_t, std::size_t> counts;
  for (const std::size_t e : split.validation) ++counts[classes[e]];
  return counts;
}

}  // namespace

TEST_CASE("a split has every example once, and depends on the seed alone") {
  Random first(1), again(1), other(2);
  const Split split_one = split(100, 10, first);
  CHECK(split_one.validation.size() == 10);
  CHECK(covers_all(split_one, 100));
  CHECK(split(100, 10, again).validation == split_one.validation);
  CHECK(split(100, 10, other).validation != split_one.validation);
}

TEST_CASE("classes are kept in proportion, and at least one of each") {
  std::vector<std::uint32_t> classes(100, 0);
  std::fill_n(classes.begin(), 30, 1u);
  std::fill_n(classes.begin(), 2, 2u);
  Random random(1);
  const Split result = stratified_split(classes, 3, 10, random);
  CHECK(covers_all(result, 100));
  // Quotas 7, 2.8 and 0.2 round to 7, 3 and 1: the one too many goes where most was added to what
  // may lose it, the class of quota 2.8.
  CHECK(kept_by_class(result, classes) ==
        std::map<std::uint32_t, std::size_t>{{0, 7}, {1, 2}, {2, 1}});
}

TEST_CASE("no class shares where they cannot be had") {
  const std::vector<std::uint32_t> lonely = {0, 0, 0, 0, 1};
  Random random(1);
  CHECK(covers_all(stratified_split(lonely, 2, 2, random), 5));
  const std::vector<std::uint32_t> many = {0, 0, 1, 1, 2, 2};
  const Split result = stratified_split(many, 3, 2, random);  // more classes than are kept
  CHECK(result.validation.size() == 2);
  CHECK(covers_all(result, 6));
}
