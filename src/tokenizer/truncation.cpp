#include "tokenizer/truncation.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace m2v::tokenizer {
namespace {

void cut(std::vector<EncodedToken>& tokens, std::size_t size, bool left) {
  if (size >= tokens.size()) return;
  const auto excess = static_cast<std::ptrdiff_t>(tokens.size() - size);
  if (left) {
    tokens.erase(tokens.begin(), tokens.begin() + excess);
  } else {
    tokens.resize(size);
  }
}

/// Returns the number of tokens to keep of each of two sequences. The longer one is truncated
/// first, until both have the same length.
std::pair<std::size_t, std::size_t> shared(std::size_t first, std::size_t second,
                                           std::size_t max_tokens) {
  std::size_t shorter = std::min(first, second);
  std::size_t longer = std::max(shorter, max_tokens - std::min(max_tokens, shorter));
  if (shorter + longer > max_tokens) {
    shorter = max_tokens / 2;
    longer = shorter + max_tokens % 2;
  }
  return first > second ? std::pair(longer, shorter) : std::pair(shorter, longer);
}

}  // namespace

void truncate(std::vector<std::vector<EncodedToken>>& sequences, std::size_t max_tokens,
              const EncodingOptions& options) {
  std::size_t total = 0;
  for (const auto& sequence : sequences) total += sequence.size();
  if (total <= max_tokens) return;
  if (max_tokens == 0) {
    for (auto& sequence : sequences) sequence.clear();
  } else if (options.strategy != TruncationStrategy::kLongestFirst) {
    const std::size_t index = options.strategy == TruncationStrategy::kOnlyFirst ? 0 : 1;
    if (index >= sequences.size()) {
      throw std::invalid_argument("truncating only the second text requires a second text");
    }
    std::vector<EncodedToken>& sequence = sequences[index];
    const std::size_t excess = total - max_tokens;
    if (sequence.size() <= excess) {
      throw std::invalid_argument("the text to truncate has too few tokens");
    }
    cut(sequence, sequence.size() - excess, options.truncate_left);
  } else if (sequences.size() == 1) {
    cut(sequences[0], max_tokens, options.truncate_left);
  } else {
    const auto [first, second] = shared(sequences[0].size(), sequences[1].size(), max_tokens);
    cut(sequences[0], first, options.truncate_left);
    cut(sequences[1], second, options.truncate_left);
  }
}

}  // namespace m2v::tokenizer
