#include "index/id_map.h"

#include <algorithm>
#include <bit>

namespace m2v::index {
namespace {

/// The finalizer of MurmurHash3, which spreads the often consecutive ids over the table.
std::size_t hash(std::uint64_t id) {
  id = (id ^ (id >> 33)) * 0xff51afd7ed558ccd;
  id = (id ^ (id >> 33)) * 0xc4ceb9fe1a85ec53;
  return static_cast<std::size_t>(id ^ (id >> 33));
}

}  // namespace

/// Returns the slot of an id, or the free slot where it would be inserted. Precondition: there are
/// slots.
std::size_t IdMap::location_of(std::uint64_t id, Ids ids) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash(id) & mask;
  while (slots_[slot] != 0 && ids[slots_[slot] - 1] != id) slot = (slot + 1) & mask;
  return slot;
}

std::optional<std::size_t> IdMap::find(std::uint64_t id, Ids ids) const noexcept {
  if (slots_.empty()) return std::nullopt;
  const std::uint32_t found = slots_[location_of(id, ids)];
  if (found == 0) return std::nullopt;
  return found - 1;
}

void IdMap::reserve(std::size_t rows, Ids ids) {
  const std::size_t wanted = std::bit_ceil(std::max<std::size_t>(16, rows * 2));
  if (wanted <= slots_.size()) return;
  std::vector<std::uint32_t> larger(wanted);
  larger.swap(slots_);
  for (std::size_t row = 0; row < ids.size(); ++row) insert(row, ids);
}

bool IdMap::insert(std::size_t row, Ids ids) noexcept {
  std::uint32_t& slot = slots_[location_of(ids[row], ids)];
  if (slot != 0) return false;
  slot = static_cast<std::uint32_t>(row + 1);
  return true;
}

void IdMap::erase(std::uint64_t id, Ids ids) noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t hole = location_of(id, ids);
  // Moves later entries into the hole, unless that is before the bucket where a search for them
  // begins.
  for (std::size_t slot = (hole + 1) & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const std::size_t bucket = hash(ids[slots_[slot] - 1]) & mask;
    if (((slot - bucket) & mask) >= ((slot - hole) & mask)) {
      slots_[hole] = slots_[slot];
      hole = slot;
    }
  }
  slots_[hole] = 0;
}

void IdMap::move(std::uint64_t id, std::size_t to, Ids ids) noexcept {
  slots_[location_of(id, ids)] = static_cast<std::uint32_t>(to + 1);
}

}  // namespace m2v::index
