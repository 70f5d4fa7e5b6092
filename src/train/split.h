#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "train/random.h"

namespace m2v::train {

/// The examples used for training and the held-out ones used for validation, both in ascending
/// order.
struct Split {
  std::vector<std::size_t> train, validation;  ///< Indices of examples.
};

/// Holds out `kept` of `count` examples at random.
Split split(std::size_t count, std::size_t kept, Random& random);

/// Does the same with equal fractions of every class, each of which has at least one example on
/// either side. Falls back to split() where that is impossible: if a class has only one example, or
/// if there are more classes than `kept`.
Split stratified_split(std::span<const std::uint32_t> classes, std::size_t class_count,
                       std::size_t kept, Random& random);

}  // namespace m2v::train
