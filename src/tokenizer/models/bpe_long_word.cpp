// Merging all of a long word at once looks here and there in memory that is too large for the
// caches. So it is merged part by part, each from where a token of the one before ends. That this
// changes nothing is checked, for each pair of tokens that meet:
//
//   Let a word be cut into tokens, each of which its own symbols become if they are merged alone.
//   If no two neighbours, merged together, become anything else, then the whole word becomes these
//   tokens. For look at the first merge over a cut, in the order of the whole word: until then
//   every token grew by itself, in the same order as alone, for what happens elsewhere does not
//   change which of its own merges comes next. The same merge would then have happened in its two
//   tokens, merged together.
#include <algorithm>

#include "core/cancellation.h"
#include "tokenize/models/bpe.h"

namespace m2v::tokenize {
namespace {

constexpr std::size_t kPart = 512;  // symbols, at first

/// The last symbols of a part: what follows may change their tokens.
constexpr std::size_t margin_of(std::size_t part) { return part / 16; }

}  // namespace

void Bpe::merge_in_parts(Scratch& scratch) const {
  const std::size_t size = scratch.symbols_.size();
  auto& tokens = scratch.tokens_;
  tokens.clear();
  // After a cut that does not hold, more and more tokens are taken back and parts get longer, until
  // the place is behind; at the latest, all of the word is one part.
  std::size_t begin = 0, furthest = 0, length = kPart, taken_back = 1;
  for (std::size_t end = 0; end < size;) {
    core::check_cancelled();
    end = std::min(size, begin + length);
    merge_part(begin, end, scratch);
    const auto& found = scratch.part_tokens_;
    if (!tokens.empty() && !stay_apart(begin, tokens.back(), found.front(), scratch)) {
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

/// The tokens that these symbols become by themselves, in scratch.part_tokens_.
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

/// Whether two tokens that meet at this symbol stay as they are if they are merged together.
bool Bpe::stay_apart(std::size_t boundary, const Scratch::Token& left, const Scratch::Token& right,
                     Scratch& scratch) const {
  const auto first =
      scratch.symbols_.begin() + static_cast<std::ptrdiff_t>(boundary - left.symbols);
  scratch.part_.assign(first, first + static_cast<std::ptrdiff_t>(left.symbols + right.symbols));
  merge(scratch.part_, scratch);
  const auto tokens = std::ranges::count_if(
      scratch.part_, [](const Scratch::Symbol& symbol) { return symbol.size != 0; });
  return tokens == 2 && scratch.part_[left.symbols].size != 0;
}

}  // namespace m2v::tokenize
