#include "m2v/labels.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using m2v::Classes;
using m2v::Labels;
using Strings = std::vector<std::string>;
using Numbers = std::vector<std::uint32_t>;

TEST_CASE("classes are sorted, integers as numbers") {
  const Labels strings = Labels::single(Strings{"b", "10", "a", "9", "b"});
  CHECK(strings.classes.names == Strings{"10", "9", "a", "b"});
  CHECK(strings.numbers == Numbers{3, 0, 2, 1, 3});
  CHECK(strings.size() == 5);
  CHECK_FALSE(strings.multilabel);
  const Labels integers = Labels::single(std::vector<std::int64_t>{10, -2, 9, 10});
  CHECK(integers.classes.names == Strings{"-2", "9", "10"});
  CHECK(integers.classes.integers);
  CHECK(integers.numbers == Numbers{2, 0, 1, 2});
  CHECK_THROWS_AS(Labels::single(Strings{"1", "x"}, true), std::invalid_argument);
  CHECK_THROWS_AS(Labels::single(Strings{"1", "1.5"}, true), std::invalid_argument);
}

TEST_CASE("several labels per text, none, and one named twice") {
  const Labels labels = Labels::multi(std::vector<Strings>{{"b", "a", "b"}, {}, {"a"}});
  CHECK(labels.multilabel);
  CHECK(labels.classes.names == Strings{"a", "b"});
  CHECK(labels.numbers == Numbers{0, 1, 0});
  CHECK(labels.offsets == std::vector<std::size_t>{0, 2, 2, 3});
  CHECK(labels[1].empty());
}

TEST_CASE("labels as indices of other classes") {
  const Labels labels = Labels::single(Strings{"b", "a"});
  const Labels others = labels_in(labels, {.names = {"c", "b", "a"}, .integers = false});
  CHECK(others.numbers == Numbers{1, 2});
  CHECK(others.classes.names == Strings{"c", "b", "a"});
  CHECK_THROWS_WITH_AS(labels_in(labels, {.names = {"b"}, .integers = false}),
                       "the label \"a\" is none of the 1 classes", std::invalid_argument);
}

TEST_CASE("classes of two sides together") {
  const Classes some{.names = {"9", "10"}, .integers = true};
  CHECK(union_of(some, some).names == Strings{"9", "10"});
  CHECK(union_of(some, {.names = {"100", "2"}, .integers = false}).names ==
        Strings{"2", "9", "10", "100"});
  const Classes mixed = union_of(some, {.names = {"x"}, .integers = false});
  CHECK(mixed.names == Strings{"10", "9", "x"});
  CHECK_FALSE(mixed.integers);
  CHECK(m2v::union_of({}, {}).names.empty());
}
