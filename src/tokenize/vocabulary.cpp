#include "tokenize/vocabulary.h"

#include <algorithm>

namespace m2v::tokenize {

Vocabulary::Vocabulary(std::vector<Entry> entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.token < b.token; });
  std::size_t size = 0;
  for (const Entry& entry : entries) size += entry.token.size();
  characters_.reserve(size);
  std::vector<Trie::Key> keys;
  keys.reserve(entries.size());
  entries_.reserve(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& [token, id] = entries[i];
    if (i + 1 < entries.size() && entries[i + 1].token == token) continue;
    const char* copy = characters_.data() + characters_.size();
    characters_.insert(characters_.end(), token.begin(), token.end());
    entries_.push_back({{copy, token.size()}, id});
    keys.push_back({entries_.back().token, id});
  }
  trie_ = Trie(keys);
}

std::optional<std::uint32_t> Vocabulary::find(std::string_view token) const noexcept {
  if (trie_.empty()) return std::nullopt;
  const std::uint32_t node = trie_.walk(Trie::kRoot, token);
  if (node == Trie::kNone || trie_.value(node) == Trie::kNone) return std::nullopt;
  return trie_.value(node);
}

}  // namespace m2v::tokenize
