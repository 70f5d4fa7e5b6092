#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include "m2v/index.h"

namespace m2v::search {

/// The order of results: higher score first, then smaller id. Total over scores that are no NaN,
/// which is why the best k are the same however the work is split.
inline bool better(const Hit& a, const Hit& b) noexcept {
  return a.score != b.score ? a.score > b.score : a.id < b.id;
}

/// The best k of the hits offered: a heap whose root is the worst one kept.
class TopK {
 public:
  explicit TopK(std::size_t k) : k_(k) {}

  /// A hit of a lower score need not be offered.
  float threshold() const noexcept { return threshold_; }

  void offer(const Hit& hit) {
    if (hits_.size() < k_) {
      hits_.push_back(hit);
      std::push_heap(hits_.begin(), hits_.end(), better);
    } else if (k_ > 0 && better(hit, hits_.front())) {
      std::pop_heap(hits_.begin(), hits_.end(), better);
      hits_.back() = hit;
      std::push_heap(hits_.begin(), hits_.end(), better);
    }
    if (k_ > 0 && hits_.size() == k_) threshold_ = hits_.front().score;
  }

  const std::vector<Hit>& hits() const noexcept { return hits_; }

 private:
  std::size_t k_;
  float threshold_ = -std::numeric_limits<float>::infinity();
  std::vector<Hit> hits_;
};

}  // namespace m2v::search
