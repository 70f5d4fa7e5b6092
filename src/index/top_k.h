#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "m2v/index.h"

namespace m2v::index {

/// The order of results: higher score first, then smaller id. It is a total order as long as no
/// score is NaN, so that the best k do not depend on how the work is divided.
inline bool better(const Hit& a, const Hit& b) noexcept {
  return a.score != b.score ? a.score > b.score : a.id < b.id;
}

/// The group of a hit. Hits with equal groups belong together.
struct Group {
  std::uint64_t value = 0;  ///< The value or string code in the group_by column, or the row.
  bool alone = false;       ///< Whether the row has no value, and `value` is its number.
  bool operator==(const Group&) const = default;
};

/// A hit and its group.
struct GroupedHit : Hit {
  Group group = {};
};

/// Keeps the best k of the hits offered whose score is at least `min_score`, in a heap whose root
/// is the worst of them. If `grouped`, keeps the best hit of each of the k best groups.
class TopK {
 public:
  /// Precondition: k >= 1.
  TopK(std::size_t k, float min_score, bool grouped)
      : k_(k), grouped_(grouped), threshold_(min_score) {}

  /// Hits with a lower score would be rejected.
  float threshold() const noexcept { return threshold_; }

  /// Adds a hit if it is among the best.
  void offer(const GroupedHit& hit) {
    if (!(hit.score >= threshold_)) return;  // rejects NaN, too
    if (grouped_ && replaced_in_group(hit)) return;
    if (hits_.size() == k_) {
      if (!better(hit, hits_.front())) return;
      std::pop_heap(hits_.begin(), hits_.end(), better);
      hits_.pop_back();
    }
    hits_.push_back(hit);
    std::push_heap(hits_.begin(), hits_.end(), better);
    if (hits_.size() == k_) threshold_ = hits_.front().score;
  }

  /// The hits kept, in no particular order.
  const std::vector<GroupedHit>& hits() const noexcept { return hits_; }

 private:
  /// Returns whether a hit of the same group is already kept; if so, keeps the better of the two.
  bool replaced_in_group(const GroupedHit& hit) {
    const auto same = std::ranges::find(hits_, hit.group, &GroupedHit::group);
    if (same == hits_.end()) return false;
    if (better(hit, *same)) {
      *same = hit;
      std::make_heap(hits_.begin(), hits_.end(), better);
      if (hits_.size() == k_) threshold_ = hits_.front().score;
    }
    return true;
  }

  std::size_t k_;  // at least 1
  bool grouped_;
  float threshold_;
  std::vector<GroupedHit> hits_;
};

}  // namespace m2v::index
