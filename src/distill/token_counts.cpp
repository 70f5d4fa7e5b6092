#include "distill/token_counts.h"

#include <algorithm>
#include <numeric>

#include "base/thread_pool.h"
#include "math/zipf.h"

namespace m2v::distillation {
namespace {

constexpr std::size_t kBlockTexts = 256;

}  // namespace

std::vector<std::uint64_t> count_tokens(const Tokenizer& tokenizer, Texts texts, unsigned threads) {
  std::vector<std::vector<std::uint64_t>> counts(base::thread_count(threads));
  base::parallel_for(base::blocks_of(texts.size(), kBlockTexts), threads,
                     [&](std::size_t block, unsigned worker) {
                       std::vector<std::uint64_t>& mine = counts[worker];
                       mine.resize(tokenizer.id_limit(), 0);
                       std::vector<std::uint32_t> ids;
                       const std::size_t end = std::min(texts.size(), (block + 1) * kBlockTexts);
                       for (std::size_t i = block * kBlockTexts; i < end; ++i) {
                         ids.clear();
                         tokenizer.encode(texts[i], ids);
                         for (const std::uint32_t id : ids) ++mine[id];
                       }
                     });
  std::vector<std::uint64_t> all(tokenizer.id_limit(), 0);
  for (const auto& some : counts) {
    std::transform(some.begin(), some.end(), all.begin(), all.begin(), std::plus<>());
  }
  return all;
}

std::vector<double> token_probabilities(const Tokenizer& tokenizer, Texts texts, unsigned threads) {
  const std::vector<std::uint64_t> counts = count_tokens(tokenizer, texts, threads);
  const auto expected = static_cast<double>(counts.size());
  const auto seen =
      static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  std::vector<double> probabilities = math::zipf_probabilities(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    probabilities[i] =
        (static_cast<double>(counts[i]) + expected * probabilities[i]) / (seen + expected);
  }
  return probabilities;
}

}  // namespace m2v::distillation
