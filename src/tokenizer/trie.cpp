#include "tokenizer/trie.h"

#include <algorithm>
#include <utility>

namespace m2v::tokenizer {
namespace {

constexpr std::uint32_t kBlock = 256;

}  // namespace

/// Lays out the nodes depth first. The free units form a linked list; each set of children goes to
/// the first position in it that fits.
class Trie::Builder {
 public:
  Builder(std::span<const Key> keys, std::vector<Unit>& units) : keys_(keys), units_(units) {}

  void build() {
    reserve();
    grow();
    take(kRoot);
    take(kSpare);
    is_base_[kNoBase] = true;
    std::vector<Range> open{{kRoot, 0, keys_.size(), 0}};
    while (!open.empty()) {
      const Range range = open.back();
      open.pop_back();
      lay_out_children(range, open);
    }
    label_non_children();
  }

 private:
  /// Keys [begin, end) share their first `depth` bytes, which lead to `node`.
  struct Range {
    std::uint32_t node;
    std::size_t begin, end, depth;
  };

  // Number of positions to try for the children of a node before a new block is added. With more,
  // the array would be denser but slower to build.
  static constexpr int kTries = 32;
  static constexpr std::uint32_t kNoBase = 0;  // base of nodes without children
  static constexpr std::uint32_t kSpare = 1;   // a unit that no node gets

  /// Reserves memory for all nodes and some units that stay free, to avoid copies during growth.
  void reserve() {
    std::size_t nodes = 1;
    std::string_view before;
    for (const Key& key : keys_) {
      const auto same = std::ranges::mismatch(before, key.token).in2 - key.token.begin();
      nodes += key.token.size() - static_cast<std::size_t>(same);
      before = key.token;
    }
    const std::size_t units = nodes + nodes / 16 + kBlock;
    units_.reserve(units);
    next_.reserve(units);
    previous_.reserve(units);
    free_.reserve(units);
    is_base_.reserve(units);
    is_child_.reserve(units);
  }

  void lay_out_children(const Range& range, std::vector<Range>& open) {
    std::size_t begin = range.begin;
    if (begin < range.end && keys_[begin].token.size() == range.depth) {
      units_[range.node].set_value(keys_[begin++].id);
    }
    children_.clear();
    while (begin < range.end) {
      const auto label = static_cast<unsigned char>(keys_[begin].token[range.depth]);
      std::size_t end = begin + 1;
      while (end < range.end &&
             static_cast<unsigned char>(keys_[end].token[range.depth]) == label) {
        ++end;
      }
      children_.push_back({label, begin, end, range.depth + 1});
      begin = end;
    }
    if (children_.empty()) return;
    const std::uint32_t base = find_base();
    units_[range.node].base = base;
    is_base_[base] = true;
    for (Range child : children_) {
      const std::uint32_t label = child.node;  // `node` has held the label so far
      child.node ^= base;
      take(child.node);
      units_[child.node].set_label(label);
      is_child_[child.node] = true;
      open.push_back(child);
    }
  }

  /// Returns a base that no node has yet and for which the units of all children are free.
  std::uint32_t find_base() {
    const std::uint32_t first_label = children_.front().node;
    std::uint32_t unit = first_free_;
    for (int tries = 0; unit != kNone && tries < kTries; ++tries, unit = next_[unit]) {
      const std::uint32_t base = unit ^ first_label;
      const bool fits = !is_base_[base] && std::ranges::all_of(children_, [&](const Range& child) {
        return free_[base ^ child.node];
      });
      if (fits) return base;
    }
    const auto base = static_cast<std::uint32_t>(units_.size());
    grow();
    return base;
  }

  void grow() {
    const auto begin = static_cast<std::uint32_t>(units_.size());
    units_.resize(begin + kBlock);
    next_.resize(begin + kBlock);
    previous_.resize(begin + kBlock);
    free_.resize(begin + kBlock, true);
    is_base_.resize(begin + kBlock, false);
    is_child_.resize(begin + kBlock, false);
    // New units go to the front of the list, because the old ones have been tried in vain.
    for (std::uint32_t unit = begin; unit < begin + kBlock; ++unit) {
      next_[unit] = unit + 1 < begin + kBlock ? unit + 1 : first_free_;
      previous_[unit] = unit > begin ? unit - 1 : kNone;
    }
    if (first_free_ != kNone) previous_[first_free_] = begin + kBlock - 1;
    first_free_ = begin;
  }

  void take(std::uint32_t unit) {
    free_[unit] = false;
    const std::uint32_t next = next_[unit];
    const std::uint32_t previous = previous_[unit];
    if (next != kNone) previous_[next] = previous;
    if (previous != kNone) {
      next_[previous] = next;
    } else {
      first_free_ = next;
    }
  }

  /// Gives each unit that is not a child, including the root, a label with which no base leads to
  /// it, so that it is not mistaken for a child. Such a label exists because the block of the unit
  /// has fewer than 256 bases: each base has a child in its block, except kNoBase, whose block has
  /// a spare unit instead.
  void label_non_children() {
    for (std::uint32_t unit = 0; unit < units_.size(); ++unit) {
      if (is_child_[unit]) continue;
      std::uint32_t label = 0;
      while (is_base_[unit ^ label]) ++label;
      units_[unit].set_label(label);
    }
  }

  std::span<const Key> keys_;
  std::vector<Unit>& units_;
  std::vector<std::uint32_t> next_, previous_;
  std::vector<bool> free_;
  std::vector<bool> is_base_, is_child_;
  std::uint32_t first_free_ = kNone;
  std::vector<Range> children_;  // of the current node; `node` is the label until a unit is chosen
};

Trie::Trie(std::span<const Key> keys) {
  std::vector<Unit> units;
  Builder(keys, units).build();
  units_ = std::move(units);
}

Trie Trie::load(const formats::Sections& sections, std::string_view name) {
  Trie trie;
  trie.units_ = sections.array<Unit>(name);
  if (trie.empty()) sections.fail(name, "has no root");
  return trie;
}

std::uint32_t Trie::walk(std::uint32_t node, std::string_view bytes) const noexcept {
  for (const char byte : bytes) {
    node = child(node, byte);
    if (node == kNone) return kNone;
  }
  return node;
}

}  // namespace m2v::tokenizer
