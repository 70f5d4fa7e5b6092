#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "m2v/export.h"

namespace m2v {

/// The classes that a classifier tells apart, in order: sorted as numbers if all are integers, by
/// their code points otherwise.
struct Classes {
  std::vector<std::string> names;
  bool integers = false;  ///< The names are integers, and config.json has them as such.
};

/// What texts are labelled with: exactly one class each, or any number of them.
struct M2V_API Labels {
  Classes classes;                     ///< Those that occur.
  std::vector<std::uint32_t> numbers;  ///< Indices of classes.
  /// Text t has numbers[offsets[t]] to numbers[offsets[t + 1] - 1], which rise.
  std::vector<std::size_t> offsets = {0};
  bool multilabel = false;

  std::size_t size() const noexcept { return offsets.size() - 1; }
  std::span<const std::uint32_t> operator[](std::size_t text) const {
    return std::span(numbers).subspan(offsets[text], offsets[text + 1] - offsets[text]);
  }

  /// One class a text.
  static Labels single(std::span<const std::string> labels, bool integers = false);
  static Labels single(std::span<const std::int64_t> labels);
  /// Any number of classes a text; a class named twice counts once.
  static Labels multi(std::span<const std::vector<std::string>> labels, bool integers = false);

  /// Gives the text that begins at offsets.back() one more class, unless it has it.
  void add_once(std::uint32_t number);
};

/// The same labels as indices of other classes. Throws std::invalid_argument that names the first
/// that is none of these.
M2V_API Labels labels_in(const Labels& labels, const Classes& classes);

/// The classes of both, in order; integers if one side has integers and the other nothing else.
M2V_API Classes united(const Classes& first, const Classes& second);

}  // namespace m2v
