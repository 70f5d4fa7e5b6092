#include "m2v/index.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "formats/section_file.h"
#include "index/contents.h"
#include "index/saved_index.h"
#include "index/scan.h"

namespace m2v {
namespace {

constexpr float kMaxHalf = 65'504;

/// Throws std::invalid_argument if vectors have the wrong dimension or a value that is not finite
/// or, if they are to be stored (`kept`), beyond the range of the dtype.
void check_values(MatrixView vectors, const index::Contents& contents, bool kept,
                  const char* what) {
  if (vectors.cols != contents.dim) {
    throw std::invalid_argument(std::string(what) + " of " + std::to_string(vectors.cols) +
                                " values for an index of " + std::to_string(contents.dim));
  }
  const bool halves = kept && contents.dtype == IndexDType::kFloat16 && !contents.unit();
  const float limit = halves ? kMaxHalf : std::numeric_limits<float>::max();
  for (std::size_t r = 0; r < vectors.rows; ++r) {
    const auto row = vectors.row(r);
    if (std::ranges::all_of(row, [&](float x) { return std::abs(x) <= limit; })) continue;
    const bool finite = std::ranges::all_of(row, [](float x) { return std::isfinite(x); });
    throw std::invalid_argument(
        std::string(what) + ": row " + std::to_string(r) + " has a value " +
        (finite ? "beyond float16's range: keep them as float32 or int8" : "that is not finite"));
  }
}

/// Returns the column to group by; null for the empty name.
const index::StoredColumn* group_column(const index::Contents& contents, const std::string& name) {
  if (name.empty()) return nullptr;
  const index::StoredColumn& column = contents.columns.at(name);
  if (std::holds_alternative<index::NumberColumn<double>>(column.data)) {
    throw std::invalid_argument("column \"" + name +
                                "\" holds floats; group by integers or by strings");
  }
  return &column;
}

}  // namespace

struct Index::Impl : index::Contents {
  using Contents::Contents;
  explicit Impl(Contents contents) : Contents(std::move(contents)) {}
};

Index::Index(std::size_t dim, Metric metric, IndexDType dtype) {
  index::check_shape(dim, metric, dtype);
  impl_ = std::make_unique<Impl>(dim, metric, dtype);
}
Index::Index(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Index::~Index() = default;
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;

std::size_t Index::size() const noexcept { return impl_->size(); }
std::size_t Index::dim() const noexcept { return impl_->dim; }
Metric Index::metric() const noexcept { return impl_->metric; }
IndexDType Index::dtype() const noexcept { return impl_->dtype; }
std::span<const std::uint64_t> Index::ids() const noexcept { return impl_->ids; }
std::vector<std::string> Index::columns() const {
  std::vector<std::string> names;
  for (const index::StoredColumn& column : impl_->columns.all()) names.push_back(column.name);
  return names;
}
bool Index::contains(std::uint64_t id) const noexcept {
  return impl_->map.find(id, impl_->ids).has_value();
}

void Index::add(std::span<const std::uint64_t> ids, MatrixView vectors,
                std::span<const Column> columns) {
  if (ids.size() != vectors.rows) {
    throw std::invalid_argument(std::to_string(ids.size()) + " ids for " +
                                std::to_string(vectors.rows) + " vectors");
  }
  impl_->columns.check(columns, ids.size());
  if (ids.empty()) return;
  check_values(vectors, *impl_, true, "vectors");
  impl_->append(ids, vectors, columns);
}

std::size_t Index::remove(std::span<const std::uint64_t> ids) {
  const std::size_t before = size();
  for (const std::uint64_t id : ids) {
    if (const auto row = impl_->map.find(id, impl_->ids)) impl_->remove(*row);
  }
  return before - size();
}

Matrix Index::vectors(std::span<const std::uint64_t> ids) const {
  Matrix found{std::vector<float>(ids.size() * dim()), ids.size(), dim()};
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto row = impl_->map.find(ids[i], impl_->ids);
    if (!row) throw std::invalid_argument("no vector of id " + std::to_string(ids[i]));
    impl_->rows.get(*row, found.row(i).data());
  }
  return found;
}

void Index::save(const std::filesystem::path& path) const {
  formats::write_section_file(path, index::save(*impl_));
}

Index Index::load(const std::filesystem::path& path) {
  return Index(std::make_unique<Impl>(index::load(formats::open_section_file(path))));
}

std::vector<Hit> Index::search(std::span<const float> query, std::size_t k,
                               const SearchOptions& options) const {
  return std::move(search(MatrixView(query.data(), 1, query.size()), k, options).front());
}

std::vector<std::vector<Hit>> Index::search(MatrixView queries, std::size_t k,
                                            const SearchOptions& options) const {
  std::vector<std::vector<Hit>> results(queries.rows);
  if (queries.rows == 0) return results;
  check_values(queries, *impl_, false, "queries");
  if (std::isnan(options.min_score)) throw std::invalid_argument("min_score is NaN");
  const index::Condition condition(options.filter, impl_->columns);
  const auto* const group_by = group_column(*impl_, options.group_by);
  if (k == 0 || options.offset >= size()) return results;
  const std::size_t reach = std::min(k, size() - options.offset) + options.offset;
  const index::Request request{reach, options, condition, group_by};
  for (std::size_t q = 0; q < queries.rows; q += index::kQueryTile) {
    const std::size_t count = std::min(index::kQueryTile, queries.rows - q);
    const MatrixView tile(queries.data + q * queries.cols, count, queries.cols);
    index::search_tile(*impl_, tile, request, std::span(results).subspan(q, count));
  }
  for (std::vector<Hit>& hits : results) {
    const auto passed = static_cast<std::ptrdiff_t>(std::min(options.offset, hits.size()));
    hits.erase(hits.begin(), hits.begin() + passed);
  }
  return results;
}

}  // namespace m2v
