#include "train/token_lists.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "core/thread_pool.h"
#include "embed/token_ids.h"

namespace m2v::train {

TokenLists read_tokens(const StaticModel& model, Texts texts, std::size_t max_length,
                       unsigned threads) {
  constexpr std::size_t kBlock = 256;
  std::vector<TokenLists> blocks(core::blocks_of(texts.size(), kBlock));
  std::vector<std::unique_ptr<embed::TokenReader>> readers(core::thread_count(threads));
  core::parallel_for(blocks.size(), threads, [&](std::size_t index, unsigned worker) {
    auto& reader = readers[worker];
    if (!reader) reader = std::make_unique<embed::TokenReader>(model, max_length);
    const std::size_t first = index * kBlock;
    TokenLists& block = blocks[index];
    for (const std::string_view text :
         texts.subspan(first, std::min(kBlock, texts.size() - first))) {
      reader->append(text, block.tokens);
      block.offsets.push_back(block.tokens.size());
    }
    block.tokens.shrink_to_fit();
  });
  TokenLists all;
  all.offsets.reserve(texts.size() + 1);
  std::size_t total = 0;
  for (const TokenLists& block : blocks) total += block.tokens.size();
  all.tokens.reserve(total);
  for (TokenLists& block : blocks) {
    const std::size_t begin = all.tokens.size();
    all.tokens.insert(all.tokens.end(), block.tokens.begin(), block.tokens.end());
    for (std::size_t t = 1; t < block.offsets.size(); ++t) {
      all.offsets.push_back(begin + block.offsets[t]);
    }
    block = {};
  }
  return all;
}

std::vector<std::uint32_t> renumber_by_frequency(TokenLists& lists, std::size_t id_limit) {
  std::vector<std::size_t> counts(id_limit);
  for (const std::uint32_t id : lists.tokens) ++counts[id];
  std::vector<std::uint32_t> order(id_limit);
  std::iota(order.begin(), order.end(), 0);
  std::erase_if(order, [&](std::uint32_t id) { return counts[id] == 0; });
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return counts[a] > counts[b]; });
  std::vector<std::uint32_t> numbers(id_limit);
  for (std::size_t i = 0; i < order.size(); ++i) numbers[order[i]] = static_cast<std::uint32_t>(i);
  for (std::uint32_t& token : lists.tokens) token = numbers[token];
  return order;
}

}  // namespace m2v::train
