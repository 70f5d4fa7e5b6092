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

#include "core/json.h"
#include "core/sections.h"
#include "m2v/index.h"

namespace m2v::search {

/// Numbers by row; `present` is 0 where there is none.
template <typename T>
struct NumberColumn {
  std::vector<T> values;
  std::vector<std::uint8_t> present;
};

/// Strings by row, each different one kept once.
struct StringColumn {
  std::vector<std::uint32_t> codes;  ///< By row: 0 for none, else 1 + a place in `strings`.
  std::deque<std::string> strings;   ///< They never move.
  std::unordered_map<std::string_view, std::uint32_t> code_of;

  // A copy's code_of would look into the strings of the original.
  StringColumn() = default;
  StringColumn(StringColumn&&) = default;
  StringColumn& operator=(StringColumn&&) = default;

  std::uint32_t add(std::string_view text);
};

struct StoredColumn {
  std::string name;
  std::variant<NumberColumn<std::int64_t>, NumberColumn<double>, StringColumn> data;
};

/// The metadata of the rows of an index.
class Columns {
 public:
  /// Throws std::invalid_argument for what append() could not take.
  void check(std::span<const Column> columns, std::size_t rows) const;
  /// Adds values for rows `size` to `size + rows`; those of other columns have none. What fails
  /// leaves rows of no meaning behind `size`.
  void append(std::span<const Column> columns, std::size_t size, std::size_t rows);
  void copy(std::size_t from, std::size_t to);
  void resize(std::size_t size);  ///< New rows have no values.

  /// Throws std::invalid_argument, which lists the names, if there is none.
  const StoredColumn& at(std::string_view name) const;
  const std::vector<StoredColumn>& all() const noexcept { return columns_; }

  /// What each column is called and holds, as JSON; its values go to sections.
  core::Json save(core::Sections& sections) const;
  /// Throws FormatError unless each column has a value for all `size` rows.
  void load(const core::JsonAt& names, std::size_t size, const core::Sections& sections);

 private:
  const StoredColumn* find(std::string_view name) const noexcept;

  std::vector<StoredColumn> columns_;
};

}  // namespace m2v::search
