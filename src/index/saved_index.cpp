#include "search/saved_index.h"

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

#include "core/json.h"
#include "m2v/error.h"

namespace m2v::search {
namespace {

constexpr std::array<const char*, 2> kMetrics = {"cosine", "inner_product"};
constexpr std::array<const char*, 4> kWidths = {"float32", "float16", "int8", "bit"};

/// The place of a name in a list.
template <class Names>
std::size_t place_of(const core::JsonAt& name, const Names& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (name.string() == names[i]) return i;
  }
  name.fail("unknown: \"" + name.string() + "\"");
}

Contents make(const core::JsonAt& figures) {
  const std::uint64_t dim = figures.at("dim").natural();
  const auto metric = static_cast<Metric>(place_of(figures.at("metric"), kMetrics));
  const auto width = static_cast<Width>(place_of(figures.at("width"), kWidths));
  try {
    check_shape(dim, metric, width);
  } catch (const std::invalid_argument& error) {
    figures.fail(error.what());
  }
  return {dim, metric, width};
}

void load_ids(Contents& contents, std::size_t size, const core::Sections& sections) {
  const auto ids = sections.array<std::uint64_t>(":ids");
  if (ids.size() != size || size > IdMap::kMostRows) sections.fail(":ids", "is not one a row");
  contents.ids.assign(ids.begin(), ids.end());
  contents.map.reserve(size, {});
  for (std::size_t row = 0; row < size; ++row) {
    if (!contents.map.insert(row, contents.ids)) sections.fail(":ids", "has an id twice");
  }
}

}  // namespace

core::Sections save(const Contents& contents) {
  core::Sections sections;
  core::Json figures =
      core::Json::Object{{"dim", static_cast<std::uint64_t>(contents.dim)},
                         {"metric", kMetrics[static_cast<std::size_t>(contents.metric)]},
                         {"width", kWidths[static_cast<std::size_t>(contents.width)]},
                         {"size", static_cast<std::uint64_t>(contents.size())},
                         {"largest_norm", contents.rows.largest_norm()},
                         {"columns", contents.columns.save(sections)}};
  sections.add(":index.json", figures.dump());
  sections.add(":ids", core::FlatArray<std::uint64_t>(contents.ids, nullptr));
  contents.rows.save(contents.size(), sections);
  if (contents.bits) contents.bits->save(contents.size(), sections);
  return sections;
}

Contents load(const core::Sections& sections) {
  if (!sections.has(":index.json")) {
    throw FormatError(sections.file(), "", "not an index: it has no section \":index.json\"");
  }
  const std::string name = sections.file() + ": :index.json";
  const core::Json json = core::parse_json(sections.text(":index.json"), name);
  const core::JsonAt figures(json, name);
  Contents contents = make(figures);
  const std::uint64_t size = figures.at("size").natural();
  const double largest_norm = figures.at("largest_norm").number();
  if (!(largest_norm >= 0) || std::isinf(largest_norm)) {
    figures.at("largest_norm").fail("is no norm");
  }
  load_ids(contents, size, sections);
  contents.rows.load(size, largest_norm, sections);
  if (contents.bits) contents.bits->load(size, sections);
  contents.columns.load(figures.at("columns"), size, sections);
  return contents;
}

}  // namespace m2v::search
