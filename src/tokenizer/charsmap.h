#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/flat_array.h"
#include "base/json.h"

namespace m2v::tokenizer {

/// SentencePiece's precompiled character map: byte strings and their replacements.
///
///   | size of the units in bytes, u32 | units, u32 each | NUL-terminated replacements |
///
/// The units form a double-array trie as darts-clone writes it. The root is unit 0.
///
///   bits  31        30 ... 10   9              8         7 ... 0
///         0         offset      offset << 8    has leaf  label          a node
///         1         byte offset of the replacement                      a leaf
///
/// The children of the unit at index p are found from s = p XOR offset: the child along byte b is
/// the unit at s XOR b if the label of that unit is b. If p has a leaf, it is the unit at s.
/// Immutable; copies share the memory.
class Charsmap {
 public:
  /// Reads a map from a tokenizer.json and checks it in full. Throws FormatError, located at
  /// `where`, if the map is truncated or misaligned, if a key leads to a leaf or a replacement
  /// outside the map, or if the replacements are not valid UTF-8.
  static Charsmap parse(const base::FlatArray<char>& bytes, const base::JsonAt& where);

  /// Uses a map in place, without copying it or checking its contents: in a damaged map, a
  /// lookup that leads out of bounds finds nothing. Throws FormatError, located at `where`, if the
  /// map is empty, truncated, or not aligned to 4 bytes.
  static Charsmap load(const base::FlatArray<char>& bytes, const base::JsonAt& where);

  /// Returns the replacement of the shortest prefix of `key` that has one, or nothing if no prefix
  /// has one. `tokenizers` uses this replacement for the whole key. The view points into the map.
  std::optional<std::string_view> find(std::string_view key) const noexcept;

 private:
  struct Step {
    std::uint32_t start;  // the children of the node are at `start` XOR label
    bool has_leaf;
  };
  std::uint32_t start_from(std::uint32_t location) const noexcept;
  std::optional<Step> step(std::uint32_t start, unsigned char byte) const noexcept;
  std::size_t replacement_at(std::uint32_t leaf) const noexcept;
  void check_replacement(std::uint32_t leaf, const base::JsonAt& where) const;
  void check_steps(const base::JsonAt& where) const;

  base::FlatArray<std::uint32_t> units_;
  base::FlatArray<char> replacements_;
};

}  // namespace m2v::tokenizer
