#include "tokenizer/models/merge_table.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace m2v::tokenizer {
namespace {

constexpr std::string_view kSection = ":merges";

}  // namespace

MergeTable::MergeTable(std::span<const MergeOfPair> merges) {
  const std::size_t buckets = std::bit_ceil(2 * merges.size() + 2);
  shift_ = shift_for(buckets);
  std::vector<Entry> entries(buckets + merges.size() + 1);
  std::size_t end = buckets;  // past the last bucket and the last entry in use
  for (const auto& [left, right, merge] : merges) {
    const std::uint64_t key = key_of(left, right);
    std::size_t location = bucket_of(key, shift_);
    while (entries[location].merge.rank != kFree && entries[location].key != key) ++location;
    entries[location] = {key, merge};
    end = std::max(end, location + 1);
  }
  entries.resize(end + 1);
  entries_ = std::move(entries);
}

MergeTable MergeTable::load(const formats::Sections& sections) {
  MergeTable table;
  table.entries_ = sections.array<Entry>(kSection);
  const std::size_t size = table.entries_.size();
  if (size < 3 || table.entries_[size - 1].merge.rank != kFree) {
    sections.fail(kSection, "its last entry is not free");
  }
  table.shift_ = shift_for(std::bit_floor(size - 1));
  return table;
}

void MergeTable::save(formats::Sections& sections) const { sections.add(kSection, entries_); }

}  // namespace m2v::tokenizer
