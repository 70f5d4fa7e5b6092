#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "formats/sections.h"

namespace m2v::tokenizer {

/// A read-only trie over byte strings, stored as a double array (Aoe 1989; labels and XOR as in
/// darts-clone). The child of a node along byte b, if it exists, is the unit at base XOR b, and the
/// label of that unit is then b. No two nodes have the same base, so the label alone identifies the
/// parent. Each step reads eight bytes.
///
///   unit   | base, 32 bits | id of the token that ends here, or none, 24 bits | label, 8 bits |
class Trie {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;      ///< No node, or no value.
  static constexpr std::uint32_t kRoot = 0;               ///< The root node.
  static constexpr std::uint32_t kValueLimit = 0xFFFFFF;  ///< Exclusive upper bound of values.

  struct Key {
    std::string_view token;
    std::uint32_t id;
  };

  Trie() = default;
  /// Builds the trie. The keys must be in ascending byte order without duplicates, and their ids
  /// below kValueLimit.
  explicit Trie(std::span<const Key> keys);

  /// Uses the units in a section in place. Its content is not checked, but with any content,
  /// walks terminate and stay within the section. Throws FormatError if the section is missing, is
  /// not a whole number of units, or is empty.
  static Trie load(const formats::Sections& sections, std::string_view name);
  void save(formats::Sections& sections, std::string_view name) const {
    sections.add(name, units_);
  }

  /// Returns the node that `bytes` lead to from `node`, or kNone.
  std::uint32_t walk(std::uint32_t node, std::string_view bytes) const noexcept;

  /// Returns the child of `node` along `byte`, or kNone.
  std::uint32_t child(std::uint32_t node, char byte) const noexcept {
    const std::uint32_t unit = units_[node].base ^ static_cast<unsigned char>(byte);
    return unit < units_.size() && units_[unit].has_label(byte) ? unit : kNone;
  }
  /// Returns the id of the token that ends at `node`, or kNone.
  std::uint32_t value(std::uint32_t node) const noexcept { return units_[node].value(); }
  /// Returns true if there is no root, in which case nothing may be looked up.
  bool empty() const noexcept { return units_.empty(); }

  struct Match {
    std::size_t length;   ///< Length in bytes; 0 if no token matches.
    std::uint32_t value;  ///< Id of the token, or kNone.
  };
  /// Returns the longest nonempty prefix of `text` that leads from `node` to the end of a token.
  /// Precondition: the trie is not empty.
  Match longest_match(std::uint32_t node, std::string_view text) const noexcept {
    Match match{0, kNone};
    std::uint32_t base = units_[node].base;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const std::uint32_t location = base ^ static_cast<unsigned char>(text[i]);
      if (location >= units_.size()) break;  // possible only in a damaged file
      const Unit unit = units_[location];
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

  base::FlatArray<Unit> units_;
};

}  // namespace m2v::tokenizer
