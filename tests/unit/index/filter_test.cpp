#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "m2v/index.h"
#include "support/search.h"

using namespace m2v::test;
using m2v::Column;
using m2v::Filter;
using m2v::Hit;
using m2v::Index;
using m2v::IndexDType;
using m2v::Matrix;
using m2v::MatrixView;
using m2v::Metric;
using m2v::Value;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t kMaxInteger = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMinInteger = std::numeric_limits<std::int64_t>::min();

/// Metadata the plain way: a row of optional values for each vector.
struct Row {
  std::optional<std::int64_t> year;
  std::optional<double> price;
  std::optional<std::string> lang;
};

template <typename T, typename Get>
void fill(const std::vector<Row>& rows, std::vector<T>& values, std::vector<std::uint8_t>& present,
          const Get& get) {
  for (const Row& row : rows) {
    present.push_back(static_cast<std::uint8_t>(get(row).has_value()));
    values.push_back(get(row) ? T(*get(row)) : T());
  }
}

void add_rows(Index& index, const Matrix& vectors, const std::vector<Row>& rows,
              std::uint64_t first_id) {
  std::vector<std::int64_t> years;
  std::vector<double> prices;
  std::vector<std::string_view> langs;
  std::vector<std::uint8_t> has_year, has_price, has_lang;
  fill(rows, years, has_year, [](const Row& row) -> const auto& { return row.year; });
  fill(rows, prices, has_price, [](const Row& row) -> const auto& { return row.price; });
  fill(rows, langs, has_lang, [](const Row& row) -> const auto& { return row.lang; });
  const std::vector<Column> columns{{"year", std::span<const std::int64_t>(years), has_year},
                                    {"price", std::span<const double>(prices), has_price},
                                    {"lang", std::span<const std::string_view>(langs), has_lang}};
  index.add(ids_from(first_id, rows.size()), vectors, columns);
}

std::vector<Row> random_rows(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  const std::string langs[] = {"", "de", "en", "fr", "zh", "e"};
  std::vector<Row> rows(count);
  for (Row& row : rows) {
    if (random() % 8 != 0) row.year = static_cast<std::int64_t>(random() % 30) + 1990;
    if (random() % 8 != 0) row.price = static_cast<double>(random() % 100) / 4;
    if (random() % 8 != 0) row.lang = langs[random() % 6];
  }
  return rows;
}

/// Three-way comparison of what a row has with a value, in long double, which holds both exactly.
int compare(const Row& row, const std::string& column, const Value& value) {
  if (column == "lang") {
    const int order = row.lang->compare(std::get<std::string>(value));
    return order < 0 ? -1 : static_cast<int>(order > 0);
  }
  const long double a = column == "year" ? static_cast<long double>(*row.year) : *row.price;
  const long double b =
      value.index() == 0 ? static_cast<long double>(std::get<0>(value)) : std::get<1>(value);
  return a < b ? -1 : a > b ? 1 : a == b ? 0 : 2;
}

bool has(const Row& row, const std::string& column) {
  return column == "year" ? row.year.has_value()
                          : (column == "lang" ? row.lang.has_value() : row.price.has_value());
}

bool meets(const Row& row, const Filter& filter) {
  using Kind = Filter::Kind;
  const auto meets_part = [&](const Filter& part) { return meets(row, part); };
  if (filter.kind == Kind::kAll) return true;
  if (filter.kind == Kind::kAllOf) return std::ranges::all_of(filter.parts, meets_part);
  if (filter.kind == Kind::kAnyOf) return std::ranges::any_of(filter.parts, meets_part);
  if (filter.kind == Kind::kNot) return !meets(row, filter.parts.front());
  if (!has(row, filter.column)) return false;
  return std::ranges::any_of(filter.values, [&](const Value& value) {
    const int order = compare(row, filter.column, value);
    if (filter.kind == Kind::kLess) return order == -1;
    if (filter.kind == Kind::kAtMost) return order == -1 || order == 0;
    if (filter.kind == Kind::kGreater) return order == 1;
    if (filter.kind == Kind::kAtLeast) return order == 1 || order == 0;
    return order == 0;
  });
}

Value random_value(const std::string& column, std::mt19937& random) {
  const std::string texts[] = {"", "de", "en", "f", "zz", "not there"};
  if (column == "lang") return texts[random() % 6];
  if (random() % 10 == 0)
    return std::vector<Value>{kNan, kInfinity, -kInfinity, kMaxInteger}[random() % 4];
  const double number = column == "year" ? 1985 + random() % 80 * 0.5 : random() % 120 * 0.25;
  if (random() % 2 == 0) return static_cast<std::int64_t>(number);
  return number;
}

Filter random_filter(std::mt19937& random, int depth) {
  const std::size_t kind = random() % (depth > 0 ? 9 : 6);
  if (kind >= 6) {
    std::vector<Filter> parts;
    for (std::size_t i = random() % 4; i > 0; --i)
      parts.push_back(random_filter(random, depth - 1));
    if (kind == 6) return m2v::filter::all_of(parts);
    if (kind == 7) return m2v::filter::any_of(parts);
    return !random_filter(random, depth - 1);
  }
  const std::string column = std::vector<std::string>{"year", "price", "lang"}[random() % 3];
  if (kind == 5) {
    std::vector<Value> values;
    for (std::size_t i = random() % 5; i > 0; --i) values.push_back(random_value(column, random));
    return m2v::filter::in(column, values);
  }
  const auto make = std::vector{m2v::filter::equal, m2v::filter::less, m2v::filter::at_most,
                                m2v::filter::greater, m2v::filter::at_least}[kind];
  return make(column, random_value(column, random));
}

/// Of all hits, those whose rows meet a filter.
std::vector<Hit> filtered(const std::vector<Hit>& all, const std::vector<Row>& rows,
                          const Filter& filter, std::size_t k) {
  std::vector<Hit> left;
  for (const Hit& hit : all) {
    if (left.size() < k && meets(rows[hit.id], filter)) left.push_back(hit);
  }
  return left;
}

std::vector<Hit> head(std::vector<Hit> hits, std::size_t count) {
  hits.resize(std::min(hits.size(), count));
  return hits;
}

}  // namespace

TEST_CASE("a filter lets through what a plain look at each row does") {
  constexpr std::size_t kRows = 9000, kDim = 24;
  const Matrix vectors = random_matrix(kRows, kDim, 1);
  const std::vector<Row> rows = random_rows(kRows, 2);
  const Matrix queries = random_matrix(10, kDim, 3);
  for (const IndexDType dtype :
       {IndexDType::kFloat32, IndexDType::kFloat16, IndexDType::kInt8, IndexDType::kBit}) {
    Index index(kDim, Metric::kCosine, dtype);
    add_rows(index, vectors, rows, 0);
    const auto all = index.search(queries, kRows, {.candidates = kRows});
    std::mt19937 random(4);
    for (int i = 0; i < 60; ++i) {
      INFO("dtype ", static_cast<int>(dtype), ", filter ", i);
      const Filter filter = random_filter(random, 3);
      const m2v::SearchOptions options{.filter = filter, .candidates = kRows};
      const auto batch = index.search(queries, 12, options);
      for (std::size_t q = 0; q < 2; ++q) {
        const auto expected = filtered(all[q], rows, filter, 12);
        CHECK(same(batch[q], expected));
        CHECK(same(index.search(queries.row(q), 12, options), expected));
      }
    }
  }
}

TEST_CASE("single bits choose their candidates among the rows that a filter lets through") {
  constexpr std::size_t kRows = 20'000, kDim = 32;
  const Matrix vectors = random_matrix(kRows, kDim, 5);
  const std::vector<Row> rows = random_rows(kRows, 6);
  Index index(kDim, Metric::kCosine, IndexDType::kBit);
  add_rows(index, vectors, rows, 0);
  // Fewer than the candidates: all of them are scored, and nothing can be missed.
  const Filter filter = m2v::filter::all_of(
      {m2v::filter::equal("year", std::int64_t{2001}), m2v::filter::equal("lang", "en")});
  const auto all = index.search(vectors.row(7), kRows, {.candidates = kRows});
  const auto expected = filtered(all, rows, filter, 10);
  REQUIRE(expected.size() == 10);
  CHECK(same(index.search(vectors.row(7), 10, {.filter = filter, .candidates = 1000}), expected));
}

TEST_CASE("integers at the ends of their range") {
  Index index(1, Metric::kInnerProduct);
  const std::vector<std::int64_t> values{kMinInteger, -1, 0, kMaxInteger - 1, kMaxInteger};
  const std::vector<Column> columns{{"n", std::span<const std::int64_t>(values)}};
  index.add(ids_from(0, 5), Matrix{{1, 1, 1, 1, 1}, 5, 1}, columns);
  const auto found = [&](const Filter& filter) {
    std::vector<std::uint64_t> ids;
    for (const Hit& hit : index.search(std::vector{1.0f}, 5, {.filter = filter}))
      ids.push_back(hit.id);
    return ids;
  };
  using Ids = std::vector<std::uint64_t>;
  CHECK(found(m2v::filter::less("n", kMinInteger)).empty());
  CHECK(found(m2v::filter::at_most("n", kMinInteger)) == Ids{0});
  CHECK(found(m2v::filter::greater("n", kMaxInteger)).empty());
  CHECK(found(m2v::filter::greater("n", kMaxInteger - 1)) == Ids{4});
  CHECK(found(m2v::filter::at_least("n", 0x1p63)).empty());
  CHECK(found(m2v::filter::less("n", 0x1p63)) == Ids{0, 1, 2, 3, 4});
  CHECK(found(m2v::filter::at_least("n", -0x1p63)) == Ids{0, 1, 2, 3, 4});
  CHECK(found(m2v::filter::less("n", -0.5)) == Ids{0, 1});
  CHECK(found(m2v::filter::equal("n", 0.5)).empty());
  CHECK(found(m2v::filter::equal("n", -1.0)) == Ids{1});
}

TEST_CASE("columns come and go with their vectors") {
  Index index(2);
  index.add(ids_from(0, 2), random_matrix(2, 2, 1));  // before there are columns
  const std::vector<std::string_view> texts{"x", "y", "x"};
  const std::vector<Column> columns{{"c", std::span<const std::string_view>(texts)}};
  index.add(ids_from(10, 3), random_matrix(3, 2, 2), columns);
  index.add(ids_from(20, 1), random_matrix(1, 2, 3));
  const std::vector<float> query{1, 1};
  CHECK(index.search(query, 9, {.filter = m2v::filter::equal("c", "x")}).size() == 2);
  CHECK(index.search(query, 9, {.filter = !m2v::filter::equal("c", "x")}).size() == 4);
  index.remove(std::vector<std::uint64_t>{0, 10});  // others take their rows
  const auto left = index.search(query, 9, {.filter = m2v::filter::equal("c", "x")});
  REQUIRE(left.size() == 1);
  CHECK(left[0].id == 12);
  CHECK(index.search(query, 9, {.filter = m2v::filter::in("c", {"x", "y"})}).size() == 2);
}

TEST_CASE("many columns, one after the other") {
  Index index(2);
  const std::vector<std::string_view> texts{"short", "longer than what a string holds in place"};
  for (std::uint64_t i = 0; i < 20; ++i) {
    std::vector<std::string> names;
    std::vector<Column> columns;
    for (std::uint64_t c = 0; c <= i; ++c) names.push_back("c" + std::to_string(c));
    for (const std::string& name : names) {
      columns.push_back({name, std::span<const std::string_view>(texts)});
    }
    index.add(ids_from(2 * i, 2), random_matrix(2, 2, 1), columns);
  }
  CHECK(index.columns().size() == 20);
  for (const std::string name : {"c0", "c7", "c19"}) {
    const std::size_t rows = 20 - static_cast<std::size_t>(std::stoi(name.substr(1)));
    for (const std::string_view text : texts) {
      const Filter filter = m2v::filter::equal(name, std::string(text));
      CHECK(index.search(std::vector<float>{1, 1}, 50, {.filter = filter}).size() == rows);
    }
  }
}

TEST_CASE("metadata and filters that are wrong") {
  Index index(2);
  const std::vector<std::int64_t> numbers{1, 2};
  const std::vector<double> floats{1, 2};
  const std::vector<Column> ok{{"n", std::span<const std::int64_t>(numbers)}};
  const Matrix two = random_matrix(2, 2, 1);
  index.add(ids_from(0, 2), two, ok);
  const auto add = [&](const std::vector<Column>& columns) {
    return message_of([&] { index.add(ids_from(5, 2), two, columns); });
  };
  CHECK(add({{"n", std::span<const double>(floats)}}) == "column \"n\" holds integers, not floats");
  CHECK(add({{"", std::span<const double>(floats)}}) == "a column has no name");
  CHECK(add({{"a", std::span<const double>(floats)}, {"a", std::span<const double>(floats)}}) ==
        "column \"a\" is there twice");
  CHECK(add({{"a", std::span<const double>(floats).first(1)}}) ==
        "column \"a\": 1 values for 2 vectors");
  CHECK(index.size() == 2);
  const auto search = [&](const m2v::SearchOptions& options) {
    return message_of([&] { (void)index.search(std::vector<float>{1, 2}, 1, options); });
  };
  CHECK(search({.filter = m2v::filter::equal("m", 1.0)}) ==
        "no column \"m\" in the index; it has n");
  CHECK(search({.filter = m2v::filter::equal("a", 1.0)}) ==
        "no column \"a\" in the index; it has n");
  CHECK(search({.filter = m2v::filter::equal("n", "x")}) ==
        "filter: column \"n\" holds numbers; the value is a string");
  CHECK(search({.group_by = "m"}) == "no column \"m\" in the index; it has n");
  CHECK(search({.min_score = std::numeric_limits<float>::quiet_NaN()}) == "min_score is NaN");
  Filter deep = m2v::filter::equal("n", 1.0);
  for (int i = 0; i < 200; ++i) deep = !deep;
  CHECK(search({.filter = deep}) == "filter: nested too deeply");
  CHECK(search({.filter = {Filter::Kind::kNot, "", {}, {}}}) == "filter: \"not\" has one part");
  CHECK(search({.filter = {Filter::Kind::kLess, "n", {}, {}}}) ==
        "filter: a comparison has one value");
  const std::vector<Column> more{{"f", std::span<const double>(floats)}};
  CHECK_THROWS_AS(index.add(ids_from(1, 2), two, more), std::invalid_argument);  // id 1 is there
  CHECK(index.columns() == std::vector<std::string>{"n"});
  index.add(ids_from(5, 2), two, more);
  const std::vector<Column> whole{{"f", std::span<const std::int64_t>(numbers)}};
  index.add(ids_from(8, 2), two, whole);  // integers may follow floats
  CHECK(
      index.search(std::vector<float>{1, 2}, 9, {.filter = m2v::filter::equal("f", 2.0)}).size() ==
      2);
  CHECK(search({.group_by = "f"}) == "column \"f\" holds floats; group by integers or by strings");
}

TEST_CASE("the lowest score, and page after page") {
  const Matrix vectors = random_matrix(3000, 16, 8);
  const Index index = index_of(vectors);
  const Matrix queries = random_matrix(12, 16, 9);
  const auto all = index.search(queries, 3000);
  for (std::size_t q = 0; q < queries.rows; ++q) {
    std::vector<Hit> pages;
    for (std::size_t offset = 0; offset < 3200; offset += 700) {
      const auto page = index.search(queries.row(q), 700, {.offset = offset});
      pages.insert(pages.end(), page.begin(), page.end());
    }
    CHECK(same(pages, all[q]));
    const float lowest = all[q][40].score;
    CHECK(same(index.search(queries.row(q), 100, {.min_score = lowest}), head(all[q], 41)));
    CHECK(same(index.search(queries.row(q), 7, {.min_score = lowest}), head(all[q], 7)));
    CHECK(index.search(queries.row(q), 10, {.min_score = 1.5f}).empty());
  }
  const auto batch = index.search(queries, 5, {.min_score = 0.6f, .offset = 2});
  for (std::size_t q = 0; q < queries.rows; ++q) {
    CHECK(same(batch[q], index.search(queries.row(q), 5, {.min_score = 0.6f, .offset = 2})));
    for (const Hit& hit : batch[q]) CHECK(hit.score >= 0.6f);
  }
}

TEST_CASE("of each group the best one") {
  constexpr std::size_t kRows = 7000;
  const Matrix vectors = random_matrix(kRows, 16, 10);
  const std::vector<Row> rows = random_rows(kRows, 11);
  Index index(16);
  add_rows(index, vectors, rows, 0);
  const Matrix queries = random_matrix(10, 16, 12);
  const auto all = index.search(queries, kRows);
  for (const std::string column : {"year", "lang"}) {
    for (std::size_t q = 0; q < queries.rows; ++q) {
      std::vector<Hit> expected;
      std::vector<Row> seen;
      for (const Hit& hit : all[q]) {
        const Row& row = rows[hit.id];
        const bool repeats =
            has(row, column) && std::ranges::any_of(seen, [&](const Row& other) {
              return column == "year" ? other.year == row.year : other.lang == row.lang;
            });
        if (repeats) continue;
        expected.push_back(hit);
        seen.push_back(row);
      }
      for (const std::size_t k : {1u, 5u, 25u, 200u}) {
        INFO(column, ", k ", k);
        for (const unsigned threads : {1u, 3u}) {
          CHECK(same(index.search(queries.row(q), k, {.threads = threads, .group_by = column}),
                     head(expected, k)));
        }
      }
    }
    CHECK(same(index.search(queries, 6, {.group_by = column})[9],
               index.search(queries.row(9), 6, {.group_by = column})));
  }
}

TEST_CASE("diversified hits: first the best, then what differs from it") {
  // Unit vectors at angles of 0, 1 and 60 degrees to the query's side; worked by hand.
  const auto at = [](double degrees) {
    const double radians = degrees * 3.14159265358979323846 / 180;
    return std::vector<float>{static_cast<float>(std::cos(radians)),
                              static_cast<float>(std::sin(radians))};
  };
  Matrix vectors{{}, 3, 2};
  std::vector<Hit> hits;
  for (const double degrees : {10.0, 11.0, -60.0}) {
    const auto vector = at(degrees);
    vectors.data.insert(vectors.data.end(), vector.begin(), vector.end());
    hits.push_back({hits.size() + 1, vector[0]});
  }
  const auto ids = [&](std::size_t k, double lambda) {
    std::vector<std::uint64_t> found;
    for (const Hit& hit : m2v::diversify(hits, vectors, k, lambda)) found.push_back(hit.id);
    return found;
  };
  using Ids = std::vector<std::uint64_t>;
  CHECK(ids(3, 1.0) == Ids{1, 2, 3});
  // 0.5 * cos 11 - 0.5 * cos 1 < 0 < 0.5 * cos 60 - 0.5 * cos 70
  CHECK(ids(2, 0.5) == Ids{1, 3});
  CHECK(ids(9, 0.0) == Ids{1, 3, 2});
  CHECK(ids(0, 0.5).empty());
  CHECK(m2v::diversify({}, MatrixView(nullptr, 0, 2), 3, 0.5).empty());
  CHECK_THROWS_AS(ids(2, 1.5), std::invalid_argument);
  CHECK_THROWS_AS(ids(2, kNan), std::invalid_argument);
  CHECK_THROWS_AS(m2v::diversify(hits, MatrixView(vectors.data.data(), 2, 2), 2, 0.5),
                  std::invalid_argument);
}
