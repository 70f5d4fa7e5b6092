#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/sections.h"

namespace m2v::tokenize {

/// A read-only prefix tree over byte strings, as a double array: the child of a node along byte b,
/// if there is one, is the unit at base XOR b, and its label is then b. No two nodes have the same
/// base, so the label alone tells whose child it is. One step reads eight bytes. (Aoe 1989; the
/// labels and the XOR as in darts-clone.)
///
///   unit   | base, 32 bits | id of the token that ends here, or none, 24 bits | label, 8 bits |
class Trie {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  static constexpr std::uint32_t kRoot = 0;
  static constexpr std::uint32_t kValueLimit = 0xFFFFFF;  ///< All values are below it.

  struct Key {
    std::string_view token;
    std::uint32_t id;
  };

  Trie() = default;
  /// Tokens in ascending order of their bytes, each once; ids below kValueLimit.
  explicit Trie(std::span<const Key> keys);

  /// From a file of any content: whatever it holds, a walk over it comes to an end and reads
  /// nothing else. Throws FormatError if it has no root.
  static Trie load(const core::Sections& sections, std::string_view name);
  void save(core::Sections& sections, std::string_view name) const { sections.add(name, units_); }

  /// The node that `bytes` lead to from `node`; kNone if none.
  std::uint32_t walk(std::uint32_t node, std::string_view bytes) const noexcept;

  std::uint32_t child(std::uint32_t node, char byte) const noexcept {
    const std::uint32_t unit = units_[node].base ^ static_cast<unsigned char>(byte);
    return unit < units_.size() && units_[unit].has_label(byte) ? unit : kNone;
  }
  std::uint32_t value(std::uint32_t node) const noexcept { return units_[node].value(); }
  bool empty() const noexcept { return units_.empty(); }  ///< No root: nothing may be looked up.

  struct Match {
    std::size_t length;  ///< 0: no token matches.
    std::uint32_t value;
  };
  /// The longest token that continues `node` and that `text` starts with. Tokens are not empty.
  Match longest_match(std::uint32_t node, std::string_view text) const noexcept {
    Match match{0, kNone};
    std::uint32_t base = units_[node].base;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const std::uint32_t place = base ^ static_cast<unsigned char>(text[i]);
      if (place >= units_.size()) break;  // only in a damaged file
      const Unit unit = units_[place];
      if (!unit.has_label(text[i])) break;
      if (unit.has_value()) match = {i + 1, unit.value()};
      base = unit.base;
    }
    return match;
  }

 private:
  struct Unit {
    std::uint32_t base = 0;
    std::uint32_t value_and_label = kValueLimit << 8;

    bool has_label(char byte) const noexcept {
      return static_cast<std::uint8_t>(value_and_label) == static_cast<std::uint8_t>(byte);
    }
    bool has_value() const noexcept { return value_and_label >> 8 != kValueLimit; }
    std::uint32_t value() const noexcept { return has_value() ? value_and_label >> 8 : kNone; }
    void set_label(std::uint32_t label) noexcept {
      value_and_label = (value_and_label & ~0xFFu) | label;
    }
    void set_value(std::uint32_t value) noexcept {
      value_and_label = value << 8 | (value_and_label & 0xFF);
    }
  };
  class Builder;

  core::FlatArray<Unit> units_;
};

}  // namespace m2v::tokenize
