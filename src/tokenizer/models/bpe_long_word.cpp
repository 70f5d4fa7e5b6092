// Merging a long word at once accesses memory randomly over a range that exceeds the CPU caches. A
// long word is therefore merged in parts, each of which starts where a token of the previous part
// ends. That this does not change the result is checked for each pair of tokens at a boundary:
//
//   Let a word be split into tokens such that the symbols of each token, merged alone, become that
//   token. If the symbols of every two adjacent tokens, merged together, become just these two
//   tokens, then the whole word becomes these tokens.
//
//   Proof: Suppose that merging the whole word merges across a boundary, and consider the first
//   such merge. Until then, each token was built independently and in the same order as when merged
//   alone, because merges elsewhere do not change which of its own merges comes next. Hence the
//   same merge would also have happened when the two tokens at this boundary were merged together,
//   which contradicts the assumption.
#include <algorithm>

#include "base/cancellation.h"
#include "tokenizer/models/bpe.h"

namespace m2v::tokenizer {
namespace {

constexpr std::size_t kPart = 512;  // initial and minimum size of a part, in symbols

/// Returns the number of symbols at the end of a part whose tokens are not kept, because the
/// symbols that follow may change them.
constexpr std::size_t margin_of(std::size_t part) { return part / 16; }

}  // namespace

void Bpe::merge_in_parts(Scratch& scratch) const {
  const std::size_t size = scratch.symbols_.size();
  auto& tokens = scratch.tokens_;
  tokens.clear();
  // After a boundary fails the check, more and more tokens are taken back and the parts grow until
  // the position has been passed. In the worst case, the whole word becomes one part.
  std::size_t begin = 0, furthest = 0, length = kPart, taken_back = 1;
  for (std::size_t end = 0; end < size;) {
    base::check_cancelled();
    end = std::min(size, begin + length);
    merge_part(begin, end, scratch);
    const auto& found = scratch.part_tokens_;
    if (!tokens.empty() && !remain_separate(begin, tokens.back(), found.front(), scratch)) {
      for (std::size_t i = 0; i < taken_back && !tokens.empty(); ++i) {
        begin -= tokens.back().symbols;
        tokens.pop_back();
      }
      length *= 2;
      taken_back *= 2;
      end = begin;
      continue;
    }
    for (const Scratch::Token& token : found) {
      const bool is_sure = end == size || begin + token.symbols + margin_of(length) <= end;
      if (!is_sure && &token != &found.front()) break;
      tokens.push_back(token);
      begin += token.symbols;
    }
    if (begin <= furthest) continue;
    furthest = begin;
    length = std::max(kPart, length / 2);
    taken_back = 1;
  }
  scratch.symbols_.clear();
  for (const auto& [id, bytes, symbols] : tokens) scratch.symbols_.push_back({id, bytes, 0, 0});
}

/// Merges symbols [begin, end) alone and stores the resulting tokens in scratch.part_tokens_.
void Bpe::merge_part(std::size_t begin, std::size_t end, Scratch& scratch) const {
  const auto symbols = scratch.symbols_.begin();
  scratch.part_.assign(symbols + static_cast<std::ptrdiff_t>(begin),
                       symbols + static_cast<std::ptrdiff_t>(end));
  merge(scratch.part_, scratch);
  scratch.part_tokens_.clear();
  for (const Scratch::Symbol& symbol : scratch.part_) {
    if (symbol.size == 0) {
      ++scratch.part_tokens_.back().symbols;
    } else {
      scratch.part_tokens_.push_back({symbol.id, symbol.size, 1});
    }
  }
}

/// Returns whether two tokens, adjacent at this symbol, stay the same if they are merged together.
bool Bpe::remain_separate(std::size_t boundary, const Scratch::Token& left,
                          const Scratch::Token& right, Scratch& scratch) const {
  const auto first =
      scratch.symbols_.begin() + static_cast<std::ptrdiff_t>(boundary - left.symbols);
  scratch.part_.assign(first, first + static_cast<std::ptrdiff_t>(left.symbols + right.symbols));
  merge(scratch.part_, scratch);
  const auto tokens = std::ranges::count_if(
      scratch.part_, [](const Scratch::Symbol& symbol) { return symbol.size != 0; });
  return tokens == 2 && scratch.part_[left.symbols].size != 0;
}

}  // namespace m2v::tokenizer
