#include "index/columns.h"

#include <algorithm>
#include <stdexcept>

namespace m2v::index {
namespace {

constexpr const char* kTypes[] = {"integers", "floats", "strings"};
constexpr std::size_t kMaxColumns = 256;

std::size_t count_of(const Column& column) {
  return std::visit([](const auto& values) { return values.size(); }, column.values);
}

std::size_t type_of(const Column& column) { return column.values.index(); }

/// Returns an empty column of the same name and type.
StoredColumn made_for(const Column& column) {
  StoredColumn made{column.name, {}};
  if (type_of(column) == 1) made.data = NumberColumn<double>();
  if (type_of(column) == 2) made.data = StringColumn();
  return made;
}

/// Returns whether the values can be added to a column of that type: the types are equal, or
/// integers are added to floats.
bool fits(const Column& column, std::size_t type) {
  return type_of(column) == type || (type_of(column) == 0 && type == 1);
}

template <typename T, typename Given>
void fill(NumberColumn<T>& to, std::span<const Given> values, std::span<const std::uint8_t> present,
          std::size_t first) {
  std::copy(values.begin(), values.end(), to.values.begin() + static_cast<std::ptrdiff_t>(first));
  for (std::size_t i = 0; i < values.size(); ++i) {
    to.present[first + i] = static_cast<std::uint8_t>(present.empty() || present[i] != 0);
  }
}

void fill(StringColumn& to, std::span<const std::string_view> values,
          std::span<const std::uint8_t> present, std::size_t first) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool there = present.empty() || present[i] != 0;
    to.codes[first + i] = there ? to.add(values[i]) : 0;
  }
}

template <typename T>
void resize(NumberColumn<T>& column, std::size_t size) {
  column.values.resize(size);
  column.present.resize(size);
}

void resize(StringColumn& column, std::size_t size) { column.codes.resize(size); }

template <typename T>
void copy(NumberColumn<T>& column, std::size_t from, std::size_t to) {
  column.values[to] = column.values[from];
  column.present[to] = column.present[from];
}

void copy(StringColumn& column, std::size_t from, std::size_t to) {
  column.codes[to] = column.codes[from];
}

}  // namespace

std::uint32_t StringColumn::add(std::string_view text) {
  if (const auto found = code_of.find(text); found != code_of.end()) return found->second;
  strings.emplace_back(text);
  const auto code = static_cast<std::uint32_t>(strings.size());
  code_of.emplace(strings.back(), code);
  return code;
}

const StoredColumn* Columns::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(columns_, name, &StoredColumn::name);
  return found == columns_.end() ? nullptr : &*found;
}

const StoredColumn& Columns::at(std::string_view name) const {
  if (const StoredColumn* const found = find(name)) return *found;
  std::string names;
  for (const StoredColumn& column : columns_) names += (names.empty() ? "" : ", ") + column.name;
  throw std::invalid_argument("no column \"" + std::string(name) + "\" in the index; it has " +
                              (names.empty() ? "none" : names));
}

void Columns::check(std::span<const Column> columns, std::size_t rows) const {
  std::size_t added = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = columns[i];
    const std::string about = "column \"" + column.name + "\"";
    if (column.name.empty()) throw std::invalid_argument("a column has no name");
    for (const Column& before : columns.first(i)) {
      if (before.name == column.name) throw std::invalid_argument(about + " is there twice");
    }
    if (count_of(column) != rows || (!column.present.empty() && column.present.size() != rows)) {
      throw std::invalid_argument(about + ": " + std::to_string(count_of(column)) + " values for " +
                                  std::to_string(rows) + " vectors");
    }
    const StoredColumn* const known = find(column.name);
    added += static_cast<std::size_t>(known == nullptr);
    if (known != nullptr && !fits(column, known->data.index())) {
      throw std::invalid_argument(about + " holds " + kTypes[known->data.index()] + ", not " +
                                  kTypes[type_of(column)]);
    }
  }
  if (columns_.size() + added > kMaxColumns) {
    throw std::invalid_argument("an index has at most " + std::to_string(kMaxColumns) + " columns");
  }
}

void Columns::append(std::span<const Column> columns, std::size_t size, std::size_t rows) {
  for (const Column& column : columns) {
    if (find(column.name) == nullptr) columns_.push_back(made_for(column));
  }
  resize(size + rows);
  for (const Column& column : columns) {
    auto& stored = *std::ranges::find(columns_, column.name, &StoredColumn::name);
    std::visit(
        [&]<typename Data, typename Given>(Data& data, std::span<const Given> values) {
          if constexpr (std::is_same_v<Data, StringColumn> ==
                        std::is_same_v<Given, std::string_view>) {
            fill(data, values, column.present, size);
          }
        },
        stored.data, column.values);
  }
}

void Columns::copy(std::size_t from, std::size_t to) {
  for (StoredColumn& column : columns_) {
    std::visit([&](auto& data) { index::copy(data, from, to); }, column.data);
  }
}

void Columns::resize(std::size_t size) {
  for (StoredColumn& column : columns_) {
    std::visit([&](auto& data) { index::resize(data, size); }, column.data);
  }
}

}  // namespace m2v::index
