#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "index/columns.h"
#include "m2v/filter.h"

namespace m2v::index {

/// A filter prepared for evaluation: column names are resolved, and values are converted to the
/// types of the columns.
class Condition {
 public:
  /// Throws std::invalid_argument if a column does not exist or has another type than a value, or
  /// if the filter is malformed. `columns` must outlive this object and must not change.
  Condition(const Filter& filter, const Columns& columns);
  ~Condition();
  Condition(Condition&&) noexcept;

  /// Returns whether the condition is trivial, so that every row meets it.
  bool holds_for_all() const noexcept;
  /// Sets bit i of marks [ceil(count / 64)] to whether row first + i meets the condition, for i <
  /// count; the remaining bits of the last word are 0.
  void mark(std::size_t first, std::size_t count, std::uint64_t* marks) const;

 private:
  struct Node;
  std::unique_ptr<const Node> root_;
};

}  // namespace m2v::index
