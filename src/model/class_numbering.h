#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "m2v/labels.h"

namespace m2v::model {

/// Assigns numbers to class names in order of first appearance; sort_classes() then sorts the
/// classes.
class ClassNumbering {
 public:
  /// Returns the number of a class, which is the next free one if the name is new.
  std::uint32_t operator()(std::string_view name) {
    const auto found = numbers_.find(name);
    if (found != numbers_.end()) return found->second;
    return numbers_.emplace(name, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }

  /// Returns whether the name has a number already.
  bool knows(std::string_view name) const { return numbers_.find(name) != numbers_.end(); }

  /// Adds a class to the text that is being built, the one whose labels begin at
  /// labels.offsets.back(), unless the text has it already.
  void add_once(Labels& labels, std::string_view name);

  /// Sets labels.classes to the sorted classes and replaces the numbers in labels.numbers by
  /// indices into them. With `integers`, the classes are sorted by value; throws
  /// std::invalid_argument if a name is not an integer.
  void sort_classes(Labels& labels, bool integers) const;

 private:
  struct Hash {
    using is_transparent = void;  ///< Enables lookup by std::string_view.
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
};

}  // namespace m2v::model
