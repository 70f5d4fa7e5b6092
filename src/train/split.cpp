#include "train/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace m2v::train {
namespace {

/// Shuffles the examples and moves the first `kept` of them to validation, the others to training.
void deal(std::vector<std::size_t> examples, std::size_t kept, Random& random, Split& result) {
  random.shuffle(std::span(examples));
  const auto end = examples.begin() + static_cast<std::ptrdiff_t>(kept);
  result.validation.insert(result.validation.end(), examples.begin(), end);
  result.train.insert(result.train.end(), end, examples.end());
}

/// Returns how many examples of each class are held out: in proportion, but at least one, with at
/// least one left for training. The sum is `kept` if that is possible: rounding is corrected where
/// its error is largest.
std::vector<std::size_t> counts_kept(std::span<const std::size_t> sizes, std::size_t kept) {
  const auto total =
      static_cast<double>(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}));
  std::vector<double> quotas;
  std::vector<std::size_t> counts;
  std::size_t sum = 0;
  for (const std::size_t size : sizes) {
    quotas.push_back(static_cast<double>(size) * static_cast<double>(kept) / total);
    const auto rounded = static_cast<std::size_t>(std::nearbyint(quotas.back()));
    counts.push_back(std::clamp<std::size_t>(rounded, 1, size - 1));
    sum += counts.back();
  }
  while (sum != kept) {
    const bool too_many = sum > kept;
    std::size_t chosen = sizes.size();
    double most = 0;
    for (std::size_t c = 0; c < sizes.size(); ++c) {
      if (too_many ? counts[c] <= 1 : counts[c] >= sizes[c] - 1) continue;
      const double off = (static_cast<double>(counts[c]) - quotas[c]) * (too_many ? 1 : -1);
      if (chosen == sizes.size() || off > most) {
        chosen = c;
        most = off;
      }
    }
    if (chosen == sizes.size()) break;
    counts[chosen] += too_many ? -1 : 1;
    sum += too_many ? -1 : 1;
  }
  return counts;
}

Split sorted(Split result) {
  std::ranges::sort(result.train);
  std::ranges::sort(result.validation);
  return result;
}

}  // namespace

Split split(std::size_t count, std::size_t kept, Random& random) {
  std::vector<std::size_t> examples(count);
  std::iota(examples.begin(), examples.end(), 0);
  Split result;
  deal(std::move(examples), kept, random, result);
  return sorted(std::move(result));
}

Split stratified_split(std::span<const std::uint32_t> classes, std::size_t class_count,
                       std::size_t kept, Random& random) {
  std::vector<std::vector<std::size_t>> members(class_count);
  for (std::size_t e = 0; e < classes.size(); ++e) members[classes[e]].push_back(e);
  std::erase_if(members, [](const auto& of_class) { return of_class.empty(); });
  std::vector<std::size_t> sizes;
  for (const auto& of_class : members) sizes.push_back(of_class.size());
  if (members.size() > kept || std::ranges::min(sizes) < 2) {
    return split(classes.size(), kept, random);
  }
  const std::vector<std::size_t> counts = counts_kept(sizes, kept);
  Split result;
  for (std::size_t c = 0; c < members.size(); ++c) deal(members[c], counts[c], random, result);
  return sorted(std::move(result));
}

}  // namespace m2v::train
