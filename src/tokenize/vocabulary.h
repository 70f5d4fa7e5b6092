#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenize/trie.h"

namespace m2v::tokenize {

/// A read-only map from tokens to ids: their characters, and a trie over them.
class Vocabulary {
 public:
  struct Entry {
    std::string_view token;
    std::uint32_t id;
  };

  Vocabulary() = default;
  /// Copies the tokens. Of two entries with the same token the later one counts.
  explicit Vocabulary(std::vector<Entry> entries);

  std::optional<std::uint32_t> find(std::string_view token) const noexcept;
  std::size_t size() const noexcept { return entries_.size(); }
  const std::vector<Entry>& entries() const noexcept { return entries_; }  ///< By token.
  const Trie& trie() const noexcept { return trie_; }

 private:
  std::vector<char> characters_;  // a vector keeps its place when it is moved; a string might not
  std::vector<Entry> entries_;    // views into characters_
  Trie trie_;
};

}  // namespace m2v::tokenize
