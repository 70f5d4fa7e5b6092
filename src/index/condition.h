#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "m2v/filter.h"
#include "search/columns.h"

namespace m2v::search {

/// A filter that is ready to be asked: its names looked up, its values in the columns' own types.
class Condition {
 public:
  /// Throws std::invalid_argument for a column that there is not, a value of another type, or a
  /// tree of wrong shape. `columns` outlive this and stay as they are.
  Condition(const Filter& filter, const Columns& columns);
  ~Condition();
  Condition(Condition&&) noexcept;

  /// Whether every row meets it.
  bool holds_for_all() const noexcept;
  /// Bit i of `marks`: whether row first + i meets it; zeros from `count` to a whole word.
  void mark(std::size_t first, std::size_t count, std::uint64_t* marks) const;

 private:
  struct Node;
  std::unique_ptr<const Node> root_;
};

}  // namespace m2v::search
