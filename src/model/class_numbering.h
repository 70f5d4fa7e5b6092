#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "m2v/labels.h"

namespace m2v::core {

/// Numbers the names of classes as they come, then puts the classes into their order.
class ClassNumbering {
 public:
  std::uint32_t operator()(std::string_view name) {
    const auto found = numbers_.find(name);
    if (found != numbers_.end()) return found->second;
    return numbers_.emplace(name, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }

  bool knows(std::string_view name) const { return numbers_.find(name) != numbers_.end(); }

  /// Sorts the classes, and makes these numbers in labels.numbers indices of them. Throws
  /// std::invalid_argument for a name that is no integer where all shall be.
  void finish(Labels& labels, bool integers) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
};

}  // namespace m2v::core
