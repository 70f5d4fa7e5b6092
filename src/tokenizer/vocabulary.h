#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/flat_array.h"
#include "formats/sections.h"
#include "tokenizer/trie.h"

namespace m2v::tokenizer {

/// A read-only, two-way map between tokens and ids, backed by the bytes of the tokens and a trie.
/// Copies share the memory.
class Vocabulary {
 public:
  using Entry = Trie::Key;

  Vocabulary() = default;
  /// Copies the tokens. If several entries have the same token, the last one is used.
  explicit Vocabulary(const std::vector<Entry>& entries);

  /// Uses the sections that save() added in place. Their content is not checked: lookups are
  /// safe with any content, but may return any number as an id. Throws FormatError if a section is
  /// missing or malformed.
  static Vocabulary load(const formats::Sections& sections);
  /// Adds the sections, whose names begin with ":vocabulary".
  void save(formats::Sections& sections) const;

  /// Returns the id of a token, or nothing if it is not in the vocabulary.
  std::optional<std::uint32_t> find(std::string_view token) const noexcept;
  /// Returns the token of an id; if several tokens have the id, the last one in byte order. The
  /// view is valid as long as this object or a copy of it.
  std::optional<std::string_view> token(std::uint32_t id) const noexcept;
  /// Returns the number of distinct tokens.
  std::size_t size() const noexcept { return slots_.size(); }
  /// Returns one more than the largest id, or 0 if the vocabulary is empty.
  std::size_t id_limit() const noexcept { return by_id_.size(); }
  const Trie& trie() const noexcept { return trie_; }

  class Iterator;
  struct Entries {
    const Vocabulary& vocabulary;
    Iterator begin() const;
    Iterator end() const;
  };
  /// Returns a range over the entries, in ascending byte order of the tokens. It refers to this
  /// object.
  Entries entries() const noexcept { return {*this}; }

 private:
  /// An entry: the offset and the size of its token in characters_, in bytes, and its id.
  struct Location {
    std::uint32_t begin, size, id;
  };
  static constexpr std::uint32_t kNoSlot = 0xFFFFFFFF;

  std::string_view token_at(const Location& location) const noexcept;

  base::FlatArray<char> characters_;
  base::FlatArray<Location> slots_;       // in ascending byte order of the tokens
  base::FlatArray<std::uint32_t> by_id_;  // indices into slots_, or kNoSlot
  Trie trie_;
};

class Vocabulary::Iterator {
 public:
  Iterator(const Vocabulary& vocabulary, std::size_t index)
      : vocabulary_(vocabulary), index_(index) {}
  Entry operator*() const noexcept {
    const Location& location = vocabulary_.slots_[index_];
    return {vocabulary_.token_at(location), location.id};
  }
  Iterator& operator++() noexcept {
    ++index_;
    return *this;
  }
  bool operator!=(const Iterator& other) const noexcept { return index_ != other.index_; }

 private:
  const Vocabulary& vocabulary_;
  std::size_t index_;
};

inline Vocabulary::Iterator Vocabulary::Entries::begin() const { return {vocabulary, 0}; }
inline Vocabulary::Iterator Vocabulary::Entries::end() const {
  return {vocabulary, vocabulary.size()};
}

}  // namespace m2v::tokenizer
