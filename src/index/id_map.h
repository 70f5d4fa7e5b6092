#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace m2v::search {

/// The rows of ids: a hash table of row numbers alone, for the ids themselves are in a list by row
/// that is passed along.
class IdMap {
 public:
  using Ids = std::span<const std::uint64_t>;
  static constexpr std::size_t kMostRows = 0xffff'ffff - 1;

  std::optional<std::size_t> find(std::uint64_t id, Ids ids) const noexcept;
  /// Makes room for `rows` rows, of which `ids` are there. Strong guarantee.
  void reserve(std::size_t rows, Ids ids);
  /// False if the id of that row is there already, in another row. Precondition: reserved.
  bool insert(std::size_t row, Ids ids) noexcept;
  /// Precondition for both: the id is there.
  void erase(std::uint64_t id, Ids ids) noexcept;
  void move(std::uint64_t id, std::size_t to, Ids ids) noexcept;

 private:
  std::size_t place_of(std::uint64_t id, Ids ids) const noexcept;

  std::vector<std::uint32_t> slots_;  // row + 1; 0 is free. A power of two of them.
};

}  // namespace m2v::search
