#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace m2v::index {

/// A map from ids to rows: a hash table that stores row numbers only. The ids are in a list by row,
/// which is passed to every call.
class IdMap {
 public:
  using Ids = std::span<const std::uint64_t>;  ///< The id of each row.
  /// The largest number of rows.
  static constexpr std::size_t kMaxRows = 0xffff'ffff - 1;

  /// Returns the row of an id, if it is in the map.

  std::optional<std::size_t> find(std::uint64_t id, Ids ids) const noexcept;
  /// Allocates memory for `rows` rows. `ids` are those in the map. Strong exception guarantee.
  void reserve(std::size_t rows, Ids ids);
  /// Adds ids[row]. Returns false, and changes nothing, if the map already has that id.
  /// Precondition: the row is reserved.
  bool insert(std::size_t row, Ids ids) noexcept;
  /// Removes an id. Precondition: it is in the map.
  void erase(std::uint64_t id, Ids ids) noexcept;
  /// Changes the row of an id to `to`. Precondition: it is in the map.
  void move(std::uint64_t id, std::size_t to, Ids ids) noexcept;

 private:
  std::size_t location_of(std::uint64_t id, Ids ids) const noexcept;

  std::vector<std::uint32_t> slots_;  // row + 1, or 0 if free; the size is a power of two
};

}  // namespace m2v::index
