#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "m2v/export.h"

// The classes of a classifier, and the labels of texts as indices of these classes.
//
//   const std::vector<std::string> names = {"sports", "politics", "sports"};
//   const auto labels = m2v::Labels::single(names);
//   // labels.classes.names: "politics", "sports"; labels.numbers: 1, 0, 1

namespace m2v {

/// The classes that a classifier distinguishes, sorted: numerically if all are integers, otherwise
/// by code point.
struct Classes {
  std::vector<std::string> names;
  bool integers = false;  ///< Whether the names are integers, stored as numbers in config.json.
};

/// The labels of texts: exactly one class per text, or any number of classes per text.
struct M2V_API Labels {
  Classes classes;                     ///< The classes that occur.
  std::vector<std::uint32_t> numbers;  ///< Indices into classes.names, text by text.
  /// The classes of text t are numbers[offsets[t]] to numbers[offsets[t + 1] - 1], in ascending
  /// order.
  std::vector<std::size_t> offsets = {0};
  bool multilabel = false;  ///< Whether a text may have any number of classes.

  /// Returns the number of texts.
  std::size_t size() const noexcept { return offsets.size() - 1; }
  /// Returns the class indices of a text. Precondition: text < size().
  std::span<const std::uint32_t> operator[](std::size_t text) const {
    return std::span(numbers).subspan(offsets[text], offsets[text + 1] - offsets[text]);
  }

  /// Makes labels with one class per text. Throws std::invalid_argument if `integers` is set and a
  /// label is not an integer.
  [[nodiscard]] static Labels single(std::span<const std::string> labels, bool integers = false);
  [[nodiscard]] static Labels single(std::span<const std::int64_t> labels);
  /// Makes labels with any number of classes per text; repeated ones count once. Throws as
  /// single().
  [[nodiscard]] static Labels multi(std::span<const std::vector<std::string>> labels,
                                    bool integers = false);
};

/// Returns the same labels as indices of other classes. Throws std::invalid_argument, naming the
/// first label that is not among these classes.
[[nodiscard]] M2V_API Labels labels_in(const Labels& labels, const Classes& classes);

/// Returns the sorted union of two sets of classes. They are integers if either set is and all
/// names are integers.
[[nodiscard]] M2V_API Classes union_of(const Classes& first, const Classes& second);

}  // namespace m2v
