#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace m2v::test {

/// Writes SentencePiece's precompiled character maps. The maps are larger than SentencePiece's own,
/// which keeps the code simple.
class CharsmapWriter {
 public:
  explicit CharsmapWriter(const std::vector<std::pair<std::string, std::string>>& replacements) {
    Node root;
    for (const auto& [key, replacement] : replacements) {
      Node* node = &root;
      for (const char byte : key) node = &node->children[static_cast<unsigned char>(byte)];
      node->replacement = static_cast<std::int64_t>(pool_.size());
      pool_.append(replacement).push_back('\0');
    }
    units_.resize(256);
    location(root, 0);
  }

  /// Returns the map in base64, as in a tokenizer.json.
  std::string base64() const {
    std::string bytes;
    append_number(4 * units_.size(), bytes);
    for (const std::uint32_t unit : units_) append_number(unit, bytes);
    return encode(bytes + pool_);
  }

 private:
  struct Node {
    std::map<unsigned char, Node> children;
    std::int64_t replacement = -1;  // its position in the pool; -1 for none
  };

  /// Writes a node at the given unit. Its children get 256 new units at the end of the array.
  void location(const Node& node, std::size_t unit) {
    const std::size_t start = units_.size();
    const bool has_leaf = node.replacement >= 0;
    units_[unit] |= static_cast<std::uint32_t>((unit ^ start) << 10 | (has_leaf ? 1u : 0u) << 8);
    units_.resize(start + 256);
    if (has_leaf) units_[start] = 1u << 31 | static_cast<std::uint32_t>(node.replacement);
    for (const auto& [byte, child] : node.children) {
      units_[start ^ byte] = byte;
      location(child, start ^ byte);
    }
  }

  static void append_number(std::size_t number, std::string& bytes) {
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(number >> shift & 0xFF);
  }

  static std::string encode(std::string_view bytes) {
    static constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
      std::uint32_t bits = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        bits = bits << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
      }
      for (std::size_t k = 0; k < 4; ++k) {
        text += i + k <= bytes.size() ? kDigits[bits >> (18 - 6 * k) & 63] : '=';
      }
    }
    return text;
  }

  std::vector<std::uint32_t> units_;
  std::string pool_;
};

}  // namespace m2v::test
