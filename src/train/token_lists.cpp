#include "train/token_lists.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "base/impl_access.h"
#include "base/thread_pool.h"
#include "model/token_reader.h"

namespace m2v::train {

namespace {

/// Texts per task of a parallel loop, and tasks whose results are held at once.
constexpr std::size_t kBlock = 256, kBlocks = 256;

struct Block {
  std::vector<std::uint32_t> tokens;
  std::vector<std::size_t> lengths;
};

}  // namespace

TokenLists read_tokens(const StaticModel& model, Texts texts, std::size_t max_length,
                       unsigned threads) {
  std::vector<std::unique_ptr<model::TokenReader>> readers(base::thread_count(threads));
  TokenLists all;
  all.offsets.reserve(texts.size() + 1);
  for (std::size_t begin = 0; begin < texts.size(); begin += kBlock * kBlocks) {
    const Texts some = texts.subspan(begin, std::min(kBlock * kBlocks, texts.size() - begin));
    std::vector<Block> blocks(base::blocks_of(some.size(), kBlock));
    base::parallel_for(blocks.size(), threads, [&](std::size_t index, unsigned worker) {
      auto& reader = readers[worker];
      if (!reader) reader = std::make_unique<model::TokenReader>(impl_of(model), max_length);
      Block& block = blocks[index];
      const std::size_t first = index * kBlock;
      for (const std::string_view text :
           some.subspan(first, std::min(kBlock, some.size() - first))) {
        const std::size_t before = block.tokens.size();
        reader->append(text, block.tokens);
        block.lengths.push_back(block.tokens.size() - before);
      }
    });
    for (const Block& block : blocks) {
      all.tokens.append(block.tokens);
      for (const std::size_t length : block.lengths) {
        all.offsets.push_back(all.offsets.back() + length);
      }
    }
  }
  return all;
}

std::vector<std::uint32_t> renumber_by_frequency(TokenLists& lists, std::size_t id_limit) {
  std::vector<std::size_t> counts(id_limit);
  for (const std::uint32_t id : lists.tokens.values()) ++counts[id];
  std::vector<std::uint32_t> order(id_limit);
  std::iota(order.begin(), order.end(), 0);
  std::erase_if(order, [&](std::uint32_t id) { return counts[id] == 0; });
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return counts[a] > counts[b]; });
  std::vector<std::uint32_t> numbers(id_limit);
  for (std::size_t i = 0; i < order.size(); ++i) numbers[order[i]] = static_cast<std::uint32_t>(i);
  for (std::uint32_t& token : lists.tokens.values()) token = numbers[token];
  return order;
}

}  // namespace m2v::train
