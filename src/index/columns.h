#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/json.h"
#include "formats/sections.h"
#include "m2v/index.h"

namespace m2v::index {

/// A column of numbers, one per row.
template <typename T>
struct NumberColumn {
  std::vector<T> values;
  std::vector<std::uint8_t> present;  ///< 1, or 0 for a row without a value.
};

/// A column of strings, one per row. Each distinct string is stored once.
struct StringColumn {
  /// One per row: 0 for no value, else 1 + an index of `strings`.
  std::vector<std::uint32_t> codes;
  std::deque<std::string> strings;  ///< A deque, because its elements never move.
  std::unordered_map<std::string_view, std::uint32_t> code_of;  ///< Keys are views of `strings`.

  // Not copyable: the code_of of a copy would point into the strings of the original.
  StringColumn() = default;
  StringColumn(StringColumn&&) = default;
  StringColumn& operator=(StringColumn&&) = default;

  /// Returns the code of a string, which is added if it is new.
  std::uint32_t add(std::string_view text);
};

/// A named metadata column.
struct StoredColumn {
  std::string name;
  /// In the order of the types of Column::values.
  std::variant<NumberColumn<std::int64_t>, NumberColumn<double>, StringColumn> data;
};

/// The metadata of the rows of an index.
class Columns {
 public:
  /// Throws std::invalid_argument unless `columns` can be appended as the metadata of `rows` rows:
  /// names are unique and not empty, sizes are `rows`, types match those of existing columns, and
  /// there are at most 256 columns in all.
  void check(std::span<const Column> columns, std::size_t rows) const;
  /// Adds values for the rows from `size` to `size + rows` - 1; columns that are not given have no
  /// values there. Precondition: check() accepts the columns. If it throws, call resize(size) to
  /// drop the rows that may have been added.
  void append(std::span<const Column> columns, std::size_t size, std::size_t rows);
  /// Copies the values of row `from` to row `to`.
  void copy(std::size_t from, std::size_t to);
  /// Changes the number of rows. New rows have no values.
  void resize(std::size_t size);

  /// Returns a column by name. Throws std::invalid_argument, which lists the names, if there is
  /// none.
  const StoredColumn& at(std::string_view name) const;
  /// All columns, in the order in which they were added.
  const std::vector<StoredColumn>& all() const noexcept { return columns_; }

  /// Returns the names and types of the columns as JSON, and adds their values to sections.
  base::Json save(formats::Sections& sections) const;
  /// Adds the columns written by save(). Throws FormatError if one does not have `size` rows or is
  /// otherwise invalid.
  void load(const base::JsonAt& names, std::size_t size, const formats::Sections& sections);

 private:
  const StoredColumn* find(std::string_view name) const noexcept;  // null if there is none

  std::vector<StoredColumn> columns_;
};

}  // namespace m2v::index
