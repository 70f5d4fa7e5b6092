#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/flat_array.h"
#include "core/json.h"

namespace m2v::tokenize {

/// SentencePiece's precompiled character map: byte strings and what to put in their places.
///
///   | size of the units in bytes, u32 | units, u32 each | replacements, each ended by NUL |
///
/// The units are a double array as darts-clone writes it (the root is unit 0):
///
///   bits  31        30 ... 10   9              8         7 ... 0
///         0         offset      offset << 8    has leaf  label          a step's target
///         1         place of the replacement                            a leaf
///
/// From a unit at place p the steps start at s = p XOR offset: the one along byte b leads to place
/// s XOR b, if the label there is b. With a leaf, it stands at s itself.
class Charsmap {
 public:
  /// Throws FormatError at `where` unless whatever can be looked up leads to a replacement that
  /// is there.
  static Charsmap parse(const core::FlatArray<char>& bytes, const core::JsonAt& where);

  /// From a file of any content, which is used where it lies: what leads out of it finds nothing.
  /// Throws FormatError if it is cut off.
  static Charsmap load(const core::FlatArray<char>& bytes, const core::JsonAt& where);

  /// The replacement of the shortest prefix of `key` that has one; that is what `tokenizers` takes,
  /// and it puts it in the place of the whole key.
  std::optional<std::string_view> find(std::string_view key) const noexcept;

 private:
  struct Step {
    std::uint32_t start;  // of the steps from there on
    bool has_leaf;
  };
  std::uint32_t start_from(std::uint32_t place) const noexcept;
  std::optional<Step> step(std::uint32_t start, unsigned char byte) const noexcept;
  std::size_t replacement_at(std::uint32_t leaf) const noexcept;
  void check_replacement(std::uint32_t leaf, const core::JsonAt& where) const;
  void check_steps(const core::JsonAt& where) const;

  core::FlatArray<std::uint32_t> units_;
  core::FlatArray<char> replacements_;
};

}  // namespace m2v::tokenize
