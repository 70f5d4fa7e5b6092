#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "train/random.h"

namespace m2v::train {

/// Which examples are trained on, and which are kept for checks; both in rising order.
struct Split {
  std::vector<std::size_t> train, validation;
};

/// Keeps `kept` of `count` examples back, chosen by chance.
Split split(std::size_t count, std::size_t kept, Random& random);

/// The same in equal shares of the classes, of which each has at least one example on either side;
/// as split() where that cannot be: a class with one example, or more classes than are kept.
Split stratified_split(std::span<const std::uint32_t> classes, std::size_t class_count,
                       std::size_t kept, Random& random);

}  // namespace m2v::train
