#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/flat_array.h"
#include "core/sections.h"
#include "tokenize/trie.h"

namespace m2v::tokenize {

/// A read-only map between tokens and ids: their characters, and a trie over them.
class Vocabulary {
 public:
  using Entry = Trie::Key;

  Vocabulary() = default;
  /// Copies the tokens. Of two entries with the same token the later one counts.
  explicit Vocabulary(const std::vector<Entry>& entries);

  /// From and to sections whose names begin with ":vocabulary". Any content of theirs is safe to
  /// use, but an id may be any number. Throws FormatError.
  static Vocabulary load(const core::Sections& sections);
  void save(core::Sections& sections) const;

  std::optional<std::uint32_t> find(std::string_view token) const noexcept;
  /// Of two tokens that have the same id, the one that comes later by its bytes.
  std::optional<std::string_view> token(std::uint32_t id) const noexcept;
  std::size_t size() const noexcept { return places_.size(); }
  std::size_t id_limit() const noexcept { return by_id_.size(); }  ///< All ids are below it.
  const Trie& trie() const noexcept { return trie_; }

  class Iterator;
  struct Entries {
    const Vocabulary& vocabulary;
    Iterator begin() const;
    Iterator end() const;
  };
  Entries entries() const noexcept { return {*this}; }  ///< In ascending order of their bytes.

 private:
  /// An entry: where its token stands in characters_, and its id.
  struct Place {
    std::uint32_t begin, size, id;
  };
  static constexpr std::uint32_t kNoPlace = 0xFFFFFFFF;

  std::string_view token_at(const Place& place) const noexcept;

  core::FlatArray<char> characters_;
  core::FlatArray<Place> places_;         // in ascending order of the tokens
  core::FlatArray<std::uint32_t> by_id_;  // index into places_, or kNoPlace
  Trie trie_;
};

class Vocabulary::Iterator {
 public:
  Iterator(const Vocabulary& vocabulary, std::size_t index)
      : vocabulary_(vocabulary), index_(index) {}
  Entry operator*() const noexcept {
    const Place& place = vocabulary_.places_[index_];
    return {vocabulary_.token_at(place), place.id};
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

}  // namespace m2v::tokenize
