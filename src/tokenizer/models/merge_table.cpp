#include "tokenize/models/merge_table.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace m2v::tokenize {
namespace {

constexpr std::string_view kSection = ":merges";

}  // namespace

MergeTable::MergeTable(std::span<const Listed> merges) {
  const std::size_t homes = std::bit_ceil(2 * merges.size() + 2);
  shift_ = shift_for(homes);
  std::vector<Entry> entries(homes + merges.size() + 1);
  std::size_t end = homes;  // of what is in use, and of the homes
  for (const auto& [left, right, merge] : merges) {
    const std::uint64_t key = key_of(left, right);
    std::size_t place = home_of(key, shift_);
    while (entries[place].merge.rank != kFree && entries[place].key != key) ++place;
    entries[place] = {key, merge};
    end = std::max(end, place + 1);
  }
  entries.resize(end + 1);
  entries_ = std::move(entries);
}

MergeTable MergeTable::load(const core::Sections& sections) {
  MergeTable table;
  table.entries_ = sections.array<Entry>(kSection);
  const std::size_t size = table.entries_.size();
  if (size < 3 || table.entries_[size - 1].merge.rank != kFree) {
    sections.fail(kSection, "its last entry is not free");
  }
  table.shift_ = shift_for(std::bit_floor(size - 1));
  return table;
}

void MergeTable::save(core::Sections& sections) const { sections.add(kSection, entries_); }

}  // namespace m2v::tokenize
