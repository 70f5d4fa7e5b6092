#include "index/saved_index.h"

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

#include "base/json.h"
#include "m2v/error.h"

namespace m2v::index {
namespace {

constexpr std::array<const char*, 2> kMetrics = {"cosine", "inner_product"};
constexpr std::array<const char*, 4> kDTypes = {"float32", "float16", "int8", "bit"};

/// Returns the index of a name in a list. Throws FormatError if it is not there.
template <class Names>
std::size_t location_of(const base::JsonAt& name, const Names& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (name.string() == names[i]) return i;
  }
  name.fail("unknown: \"" + name.string() + "\"");
}

Contents make(const base::JsonAt& metrics) {
  const std::uint64_t dim = metrics.at("dim").natural();
  const auto metric = static_cast<Metric>(location_of(metrics.at("metric"), kMetrics));
  const auto dtype = static_cast<IndexDType>(location_of(metrics.at("dtype"), kDTypes));
  try {
    check_shape(dim, metric, dtype);
  } catch (const std::invalid_argument& error) {
    metrics.fail(error.what());
  }
  return {dim, metric, dtype};
}

void load_ids(Contents& contents, std::size_t size, const formats::Sections& sections) {
  const auto ids = sections.array<std::uint64_t>(":ids");
  if (ids.size() != size || size > IdMap::kMaxRows)
    sections.fail(":ids", "does not have one value per row");
  contents.ids.assign(ids.begin(), ids.end());
  contents.map.reserve(size, {});
  for (std::size_t row = 0; row < size; ++row) {
    if (!contents.map.insert(row, contents.ids)) sections.fail(":ids", "contains an id twice");
  }
}

}  // namespace

formats::Sections save(const Contents& contents) {
  formats::Sections sections;
  base::Json metrics =
      base::Json::Object{{"dim", static_cast<std::uint64_t>(contents.dim)},
                         {"metric", kMetrics[static_cast<std::size_t>(contents.metric)]},
                         {"dtype", kDTypes[static_cast<std::size_t>(contents.dtype)]},
                         {"size", static_cast<std::uint64_t>(contents.size())},
                         {"largest_norm", contents.rows.largest_norm()},
                         {"columns", contents.columns.save(sections)}};
  sections.add(":index.json", metrics.dump());
  sections.add(":ids", base::FlatArray<std::uint64_t>(contents.ids, nullptr));
  contents.rows.save(contents.size(), sections);
  if (contents.bits) contents.bits->save(contents.size(), sections);
  return sections;
}

Contents load(const formats::Sections& sections) {
  if (!sections.has(":index.json")) {
    throw FormatError(sections.file(), "", "not an index: it has no section \":index.json\"");
  }
  const std::string name = sections.file() + ": :index.json";
  const base::Json json = base::parse_json(sections.text(":index.json"), name);
  const base::JsonAt metrics(json, name);
  Contents contents = make(metrics);
  const std::uint64_t size = metrics.at("size").natural();
  const double largest_norm = metrics.at("largest_norm").number();
  if (!(largest_norm >= 0) || std::isinf(largest_norm)) {
    metrics.at("largest_norm").fail("is no norm");
  }
  load_ids(contents, size, sections);
  contents.rows.load(size, largest_norm, sections);
  if (contents.bits) contents.bits->load(size, sections);
  contents.columns.load(metrics.at("columns"), size, sections);
  return contents;
}

}  // namespace m2v::index
