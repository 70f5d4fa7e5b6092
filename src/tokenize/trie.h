#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace m2v::tokenize {

/// A read-only prefix tree over byte strings, as a double array: the child of node n along byte b,
/// if there is one, is unit base(n) XOR b, whose `parent` is then n. One step costs one memory
/// access. (Aoe 1989; the XOR form as in darts-clone.)
///
///   unit   | base | parent | value |     value: of the key that ends here, or kNone
class Trie {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  static constexpr std::uint32_t kRoot = 0;

  struct Key {
    std::string_view bytes;
    std::uint32_t value;
  };

  Trie() = default;
  /// Keys in ascending order of their bytes, each once; values below kNone.
  explicit Trie(std::span<const Key> keys);

  /// The node that `bytes` lead to from `node`; kNone if none.
  std::uint32_t walk(std::uint32_t node, std::string_view bytes) const noexcept;

  std::uint32_t child(std::uint32_t node, char byte) const noexcept {
    const std::uint32_t unit = units_[node].base ^ static_cast<unsigned char>(byte);
    return units_[unit].parent == node ? unit : kNone;
  }
  std::uint32_t value(std::uint32_t node) const noexcept { return units_[node].value; }
  bool empty() const noexcept { return units_.empty(); }

  struct Match {
    std::size_t length;  ///< 0: no key matches.
    std::uint32_t value;
  };
  /// The longest key that continues `node` and that `text` starts with. Keys are not empty.
  Match longest_match(std::uint32_t node, std::string_view text) const noexcept {
    Match match{0, kNone};
    for (std::size_t i = 0; i < text.size(); ++i) {
      node = child(node, text[i]);
      if (node == kNone) break;
      if (units_[node].value != kNone) match = {i + 1, units_[node].value};
    }
    return match;
  }

 private:
  struct Unit {
    std::uint32_t base = 0;
    std::uint32_t parent = kNone;  // of a free unit and of the root: kNone
    std::uint32_t value = kNone;
  };
  class Builder;

  std::vector<Unit> units_;  // whole blocks of 256
};

}  // namespace m2v::tokenize
