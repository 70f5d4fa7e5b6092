#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "m2v/index.h"

namespace m2v::search {

/// The order of results: higher score first, then smaller id. Total over scores that are no NaN,
/// which is why the best k are the same however the work is split.
inline bool better(const Hit& a, const Hit& b) noexcept {
  return a.score != b.score ? a.score > b.score : a.id < b.id;
}

/// What hits of a group have in common.
struct Group {
  std::uint64_t value = 0;  ///< Of the column that groups; of one alone, its row.
  bool alone = false;
  bool operator==(const Group&) const = default;
};

struct GroupedHit : Hit {
  Group group = {};
};

/// The best k of the hits offered, and of a lowest score: a heap whose root is the worst one kept.
/// With groups, the best one of each of the k best groups.
class TopK {
 public:
  TopK(std::size_t k, float min_score, bool grouped)
      : k_(k), grouped_(grouped), threshold_(min_score) {}

  /// A hit of a lower score need not be offered.
  float threshold() const noexcept { return threshold_; }

  void offer(const GroupedHit& hit) {
    if (!(hit.score >= threshold_)) return;  // NaN neither
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

  const std::vector<GroupedHit>& hits() const noexcept { return hits_; }

 private:
  /// Whether the hit's group has one already, which is then the better of the two.
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

}  // namespace m2v::search
