#include "m2v/index.h"

#include <limits>
#include <string>
#include <utility>

#include "bindings/convert.h"
#include "bindings/modules.h"

namespace m2v::python {
namespace {

using Vectors = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <typename T>
using List = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Ids = List<std::uint64_t>;

MatrixView view_of(const Vectors& vectors) {
  return {vectors.data(), vectors.shape(0), vectors.shape(1)};
}

template <typename T>
std::span<const T> span_of(const List<T>& list) {
  return {list.data(), list.size()};
}

/// Returns the position of a name in a list. Throws ValueError if it is absent, which the Python
/// package has already excluded.
std::size_t location_of(const std::string& name, std::initializer_list<const char*> names) {
  std::size_t location = 0;
  for (const char* known : names) {
    if (name == known) return location;
    ++location;
  }
  throw nb::value_error(("unknown: " + name).c_str());
}

/// A column, given as a tuple (name, values, present), with the Python objects that own its values.
struct GivenColumn {
  nb::object numbers;
  std::unique_ptr<TextList> texts;
  List<std::uint8_t> present;
  Column column;

  explicit GivenColumn(nb::handle given) {
    column.name = nb::cast<std::string>(given[0]);
    if (!given[2].is_none()) {
      present = nb::cast<List<std::uint8_t>>(given[2]);
      column.present = span_of(present);
    }
    numbers = given[1];
    List<std::int64_t> integers;
    List<double> floats;
    if (nb::try_cast(numbers, integers, false)) {
      column.values = span_of(integers);
    } else if (nb::try_cast(numbers, floats, false)) {
      column.values = span_of(floats);
    } else {
      texts = std::make_unique<TextList>(numbers);
      column.values = texts->texts();
    }
  }
};

Value value_of(nb::handle value) {
  if (PyLong_Check(value.ptr()) != 0) return nb::cast<std::int64_t>(value);
  if (PyFloat_Check(value.ptr()) != 0) return nb::cast<double>(value);
  return std::string(characters(value));
}

/// Builds a filter from nested tuples (kind, column, values, parts), as made by m2v/filters.py.
/// None is the filter that accepts everything.
Filter filter_of(nb::handle given) {
  if (given.is_none()) return {};
  const std::size_t kind = location_of(
      nb::cast<std::string>(given[0]),
      {"all", "equal", "less", "at_most", "greater", "at_least", "in", "all_of", "any_of", "not"});
  Filter filter{static_cast<Filter::Kind>(kind), nb::cast<std::string>(given[1]), {}, {}};
  for (const nb::handle value : given[2]) filter.values.push_back(value_of(value));
  for (const nb::handle part : given[3]) filter.parts.push_back(filter_of(part));
  return filter;
}

void add(Index& index, const Ids& ids, const Vectors& vectors, const nb::list& columns) {
  std::vector<GivenColumn> given;
  given.reserve(nb::len(columns));
  for (const nb::handle column : columns) given.emplace_back(column);
  std::vector<Column> views;
  for (const GivenColumn& one : given) views.push_back(one.column);
  const nb::gil_scoped_release released;
  index.add(span_of(ids), view_of(vectors), views);
}

/// Returns ids and scores, both [queries, maximum number of hits of a query]. Rows with fewer hits
/// are padded with the id 2^64 - 1 and the score -inf.
nb::tuple search(const Index& index, const Vectors& queries, std::size_t k, nb::handle filter,
                 float min_score, std::size_t offset, const std::string& group_by,
                 std::size_t candidates, unsigned threads) {
  const SearchOptions options{.threads = threads,
                              .filter = filter_of(filter),
                              .min_score = min_score,
                              .offset = offset,
                              .group_by = group_by,
                              .candidates = candidates};
  std::vector<std::uint64_t> ids;
  std::vector<float> scores;
  std::size_t most = 0, rows = 0;
  without_gil([&] {
    const auto found = index.search(view_of(queries), k, options);
    rows = found.size();
    for (const auto& hits : found) most = std::max(most, hits.size());
    ids.assign(rows * most, std::numeric_limits<std::uint64_t>::max());
    scores.assign(rows * most, -std::numeric_limits<float>::infinity());
    for (std::size_t q = 0; q < rows; ++q) {
      for (std::size_t i = 0; i < found[q].size(); ++i) {
        ids[q * most + i] = found[q][i].id;
        scores[q * most + i] = found[q][i].score;
      }
    }
  });
  return nb::make_tuple(to_numpy(std::move(ids), {rows, most}),
                        to_numpy(std::move(scores), {rows, most}));
}

nb::object vectors(const Index& index, const Ids& ids) {
  Matrix found = index.vectors(span_of(ids));
  return to_numpy(std::move(found.data), {found.rows, found.cols});
}

/// Returns the positions of the diversified hits among all hits.
std::vector<std::size_t> diversify_places(const List<float>& scores, const Vectors& vectors,
                                          std::size_t k, double weight) {
  std::vector<Hit> hits;
  for (std::size_t i = 0; i < scores.size(); ++i) hits.push_back({i, scores.data()[i]});
  std::vector<std::size_t> locations;
  for (const Hit& hit : diversify(hits, view_of(vectors), k, weight)) {
    locations.push_back(static_cast<std::size_t>(hit.id));
  }
  return locations;
}

}  // namespace

void bind_index(nb::module_& module) {
  nb::class_<Index>(module, "Index")
      .def(
          "__init__",
          [](Index* index, std::size_t dim, const std::string& metric, const std::string& dtype) {
            const auto kind = static_cast<Metric>(location_of(metric, {"cosine", "inner_product"}));
            const auto how =
                static_cast<IndexDType>(location_of(dtype, {"float32", "float16", "int8", "bit"}));
            new (index) Index(dim, kind, how);
          },
          nb::arg("dim"), nb::arg("metric"), nb::arg("dtype"))
      .def("add", &add, nb::arg("ids"), nb::arg("vectors"), nb::arg("columns"))
      .def(
          "remove", [](Index& index, const Ids& ids) { return index.remove(span_of(ids)); },
          nb::arg("ids"))
      .def("search", &search, nb::arg("queries"), nb::arg("k"), nb::arg("filter").none(),
           nb::arg("min_score"), nb::arg("offset"), nb::arg("group_by"), nb::arg("candidates"),
           nb::arg("threads"))
      .def("vectors", &vectors, nb::arg("ids"))
      .def("contains", &Index::contains, nb::arg("id"))
      .def("ids",
           [](const Index& index) {
             const auto all = index.ids();
             return to_numpy(std::vector<std::uint64_t>(all.begin(), all.end()), {all.size()});
           })
      .def("columns", &Index::columns)
      .def(
          "save",
          [](const Index& index, const std::filesystem::path& path) {
            const nb::gil_scoped_release released;
            index.save(path);
          },
          nb::arg("path"))
      .def_static(
          "load",
          [](const std::filesystem::path& path) {
            const nb::gil_scoped_release released;
            return Index::load(path);
          },
          nb::arg("path"))
      .def_prop_ro("size", &Index::size)
      .def_prop_ro("dim", &Index::dim)
      .def_prop_ro("metric",
                   [](const Index& index) {
                     return index.metric() == Metric::kCosine ? "cosine" : "inner_product";
                   })
      .def_prop_ro("dtype", [](const Index& index) {
        constexpr const char* kNames[] = {"float32", "float16", "int8", "bit"};
        return kNames[static_cast<std::size_t>(index.dtype())];
      });
  module.def("diversify", &diversify_places, nb::arg("scores"), nb::arg("vectors"), nb::arg("k"),
             nb::arg("weight"));
}

}  // namespace m2v::python
