#include "evaluation/ranking_metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace m2v::evaluation {
namespace {

double discounted_gain(std::span<const int> grades, std::size_t k) {
  double sum = 0;
  for (std::size_t i = 0; i < std::min(k, grades.size()); ++i) {
    if (grades[i] > 0) sum += grades[i] / std::log2(static_cast<double>(i + 2));
  }
  return sum;
}

}  // namespace

std::vector<std::size_t> trec_order(std::span<const std::string_view> documents,
                                    std::span<const float> scores) {
  std::vector<std::size_t> order(documents.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : documents[a] > documents[b];
  });
  return order;
}

double ndcg(std::span<const int> grades, std::span<const int> judged, std::size_t k) {
  if (k == 0) k = std::max(grades.size(), judged.size());
  std::vector<int> ideal(judged.begin(), judged.end());
  std::ranges::sort(ideal, std::greater());
  const double best = discounted_gain(ideal, k);
  return best > 0 ? discounted_gain(grades, k) / best : 0;
}

double recall(std::span<const int> grades, std::size_t relevant, std::size_t k) {
  if (relevant == 0) return 0;
  const auto found = std::ranges::count_if(grades.first(std::min(k, grades.size())),
                                           [](int grade) { return grade > 0; });
  return static_cast<double>(found) / static_cast<double>(relevant);
}

double reciprocal_rank(std::span<const int> grades) {
  const auto first = std::ranges::find_if(grades, [](int grade) { return grade > 0; });
  return first == grades.end() ? 0 : 1 / static_cast<double>(first - grades.begin() + 1);
}

double average_precision(std::span<const int> grades, std::size_t relevant) {
  if (relevant == 0) return 0;
  double sum = 0, found = 0;
  for (std::size_t i = 0; i < grades.size(); ++i) {
    if (grades[i] <= 0) continue;
    ++found;
    sum += found / static_cast<double>(i + 1);
  }
  return sum / static_cast<double>(relevant);
}

}  // namespace m2v::evaluation
