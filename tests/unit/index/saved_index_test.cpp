#include "index/saved_index.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "formats/section_file.h"
#include "m2v/error.h"
#include "support/search.h"
#include "support/section_bytes.h"
#include "support/temp_folder.h"

using namespace m2v::test;
using m2v::Column;
using m2v::FormatError;
using m2v::Index;
using m2v::IndexDType;
using m2v::Matrix;
using m2v::MatrixView;
using m2v::Metric;
using m2v::base::FlatArray;
using m2v::formats::Sections;

namespace {

constexpr IndexDType kAll[] = {IndexDType::kFloat32, IndexDType::kFloat16, IndexDType::kInt8,
                               IndexDType::kBit};

/// An index with a column of each type, in which every third vector has no value.
Index index_with_columns(std::size_t rows, std::size_t dim, IndexDType dtype,
                         Metric metric = Metric::kCosine) {
  std::vector<std::int64_t> numbers(rows);
  std::vector<double> floats(rows);
  std::vector<std::string_view> texts(rows);
  std::vector<std::uint8_t> present(rows, 1);
  for (std::size_t i = 0; i < rows; ++i) {
    numbers[i] = static_cast<std::int64_t>(i % 7);
    floats[i] = static_cast<double>(i) / 4;
    texts[i] = i % 2 == 0 ? "even" : "odd";
    if (i % 3 == 0) present[i] = 0;
  }
  const std::vector<Column> columns{{"n", std::span<const std::int64_t>(numbers), present},
                                    {"f", std::span<const double>(floats)},
                                    {"t", std::span<const std::string_view>(texts), present}};
  Index index(dim, metric, dtype);
  index.add(ids_from(1000, rows), random_matrix(rows, dim, 1), columns);
  return index;
}

void check_same(const Index& a, const Index& b) {
  REQUIRE(a.size() == b.size());
  CHECK(a.dim() == b.dim());
  CHECK(a.metric() == b.metric());
  CHECK(a.dtype() == b.dtype());
  const Matrix queries = random_matrix(9, a.dim(), 2);
  const std::vector<m2v::SearchOptions> all = {{},
                                               {.filter = m2v::filter::equal("t", "odd")},
                                               {.filter = !m2v::filter::less("n", std::int64_t{3})},
                                               {.filter = m2v::filter::at_least("f", 100.0)},
                                               {.group_by = "n"},
                                               {.group_by = "t"}};
  for (const m2v::SearchOptions& options : all) {
    const auto found = a.search(queries, 12, options), again = b.search(queries, 12, options);
    for (std::size_t q = 0; q < queries.rows; ++q) CHECK(same(found[q], again[q]));
  }
}

/// The sections of a small index, each with its own bytes.
Sections small_sections(IndexDType dtype) {
  static std::vector<m2v::test::TempFolder> folders(4);
  const auto path = folders[static_cast<std::size_t>(dtype)] / "index";
  index_with_columns(5, 3, dtype,
                     dtype == IndexDType::kInt8 ? Metric::kInnerProduct : Metric::kCosine)
      .save(path);
  return m2v::formats::open_section_file(path);
}

/// The same sections but for one, which is left out if there is nothing to put in its place.
Sections with(const Sections& given, const std::string& name, const std::string* replaced) {
  Sections made("index");
  bool found = false;
  for (const Sections::Section& section : given.all()) {
    found |= section.name == name;
    if (section.name != name) made.add(section.name, section.bytes);
    if (section.name == name && replaced != nullptr) {
      made.add(name, aligned_copy(*replaced));
    }
  }
  REQUIRE(found);
  return made;
}

std::string bytes_of(const Sections& sections, const std::string& name) {
  return std::string(sections.text(name));
}

std::string refusal(const Sections& sections) {
  try {
    m2v::index::load(sections);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a loaded index answers as the saved one, and goes on growing and shrinking") {
  const m2v::test::TempFolder folder;
  for (const IndexDType dtype : kAll) {
    INFO("dtype ", static_cast<int>(dtype));
    Index index = index_with_columns(9000, 70, dtype);
    index.save(folder / "index");
    Index loaded = Index::load(folder / "index");
    check_same(index, loaded);
    for (Index* const one : {&index, &loaded}) {
      CHECK(one->remove(ids_from(1500, 4000)) == 4000);
      const std::vector<std::string_view> texts(100, "odd");
      const std::vector<Column> columns{{"t", std::span<const std::string_view>(texts)}};
      one->add(ids_from(2000, 100), random_matrix(100, 70, 3), columns);
    }
    check_same(index, loaded);
    loaded.save(folder / "index");  // over the file that it is mapped from
    check_same(index, loaded);
    check_same(index, Index::load(folder / "index"));
    m2v::formats::open_verified_section_file(folder / "index");
  }
}

TEST_CASE("the same index gives the same bytes; small and empty ones do as well") {
  const m2v::test::TempFolder folder;
  for (const IndexDType dtype : kAll) {
    for (const std::size_t rows : {0u, 1u, 63u, 64u, 65u}) {
      INFO("dtype ", static_cast<int>(dtype), ", ", rows, " rows");
      const Index index = index_with_columns(rows, 10, dtype);
      index.save(folder / "a");
      const Index loaded = Index::load(folder / "a");
      loaded.save(folder / "b");
      CHECK(m2v::test::read_file(folder / "a") == m2v::test::read_file(folder / "b"));
      CHECK(loaded.size() == rows);
      if (rows > 0) check_same(index, loaded);
    }
  }
  Index(3, Metric::kInnerProduct).save(folder / "a");
  CHECK(Index::load(folder / "a").search(std::vector<float>{1, 2, 3}, 5).empty());
}

TEST_CASE("inner products keep their metric and their longest vector") {
  const m2v::test::TempFolder folder;
  for (const IndexDType dtype : {IndexDType::kFloat32, IndexDType::kFloat16, IndexDType::kInt8}) {
    const Index index = index_with_columns(500, 10, dtype, Metric::kInnerProduct);
    index.save(folder / "a");
    check_same(index, Index::load(folder / "a"));
  }
}

TEST_CASE("what is wrong with a saved index is refused, with its position") {
  const std::string metrics = bytes_of(small_sections(IndexDType::kInt8), ":index.json");
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string json = metrics;
    const std::size_t at = json.find(from);
    REQUIRE(at != std::string::npos);
    json.replace(at, from.size(), to);
    return refusal(with(small_sections(IndexDType::kInt8), ":index.json", &json));
  };
  CHECK(changed("\"dim\":3", "\"dim\":3").empty());
  const std::pair<const char*, const char*> cases[] = {
      {"\"dim\":3", "\"dim\":0"},
      {"\"dim\":3", "\"dim\":900"},
      {"\"dim\":3", "\"dim\":4294967295"},
      {"\"dim\":3", "\"dim\":-1"},
      {"\"size\":5", "\"size\":4"},
      {"\"size\":5", "\"size\":9223372036854775807"},
      {"\"int8\"", "\"int4\""},
      {"\"int8\"", "\"bit\""},
      {"\"inner_product\"", "\"dot\""},
      {"\"largest_norm\":", "\"largest_norm\":-"},
      {"\"string\"", "\"text\""},
      {"\"string\"", "\"int64\""},
      {"\"n\"", "\"f\""},
      {"\"columns\"", "\"rows\""},
  };
  for (const auto& [from, to] : cases) {
    INFO(std::string(from), " to ", std::string(to));
    CHECK_FALSE(changed(from, to).empty());
  }
  for (const IndexDType dtype : kAll) {
    const Sections good = small_sections(dtype);
    CHECK(refusal(good).empty());
    for (const Sections::Section& section : good.all()) {
      INFO("dtype ", static_cast<int>(dtype), ", section ", section.name);
      CHECK_FALSE(refusal(with(good, section.name, nullptr)).empty());
      const std::string bytes = bytes_of(good, section.name);
      const std::string longer = bytes + bytes, shorter = bytes.substr(0, bytes.size() / 2);
      if (section.name == ":column.2.characters") continue;  // longer is as good
      CHECK_FALSE(refusal(with(good, section.name, &longer)).empty());
      CHECK_FALSE(refusal(with(good, section.name, &shorter)).empty());
    }
  }
  const Sections good = small_sections(IndexDType::kFloat32);
  const auto with_number = [&](const std::string& name, std::size_t at, auto value) {
    std::string bytes = bytes_of(good, name);
    std::memcpy(bytes.data() + at * sizeof value, &value, sizeof value);
    return refusal(with(good, name, &bytes));
  };
  CHECK(with_number(":ids", 1, std::uint64_t{1000}).find("twice") != std::string::npos);
  CHECK(with_number(":column.2.codes", 0, std::uint32_t{3}).find("without a string") !=
        std::string::npos);
  CHECK(with_number(":column.2.ends", 0, ~std::uint64_t{0}).find("beyond") != std::string::npos);
  CHECK(with_number(":column.0.present", 0, std::uint8_t{2}).find("neither") != std::string::npos);
  const std::string twice = "oddodd";
  CHECK_FALSE(refusal(with(good, ":column.2.characters", &twice)).empty());
}

TEST_CASE("vectors of a damaged file that are no numbers are no hits") {
  for (const IndexDType dtype : {IndexDType::kFloat32, IndexDType::kFloat16, IndexDType::kInt8}) {
    const Sections good = small_sections(dtype);
    const std::string name = dtype == IndexDType::kInt8 ? ":scales" : ":rows";
    const std::string bytes(bytes_of(good, name).size(), '\xff');  // NaN in every type
    const m2v::index::Contents contents = m2v::index::load(with(good, name, &bytes));
    const m2v::formats::Sections again = m2v::index::save(contents);
    const m2v::test::TempFolder folder;
    m2v::formats::write_section_file(folder / "index", again);
    const Index index = Index::load(folder / "index");
    CHECK(index.search(std::vector<float>{1, 2, 3}, 5).empty());
    CHECK(index.search(random_matrix(20, 3, 1), 5)[19].empty());
  }
}

TEST_CASE("files that are no index") {
  const m2v::test::TempFolder folder;
  CHECK_THROWS_AS(Index::load(folder / "nothing"), m2v::IoError);
  folder.write("text", "hello");
  CHECK_THROWS_AS(Index::load(folder / "text"), FormatError);
  Sections other("other");
  other.add("a", "b");
  m2v::formats::write_section_file(folder / "other", other);
  CHECK_THROWS_AS(Index::load(folder / "other"), FormatError);
  CHECK_THROWS_AS(Index(3).save(folder / "no" / "folder"), m2v::IoError);
}
