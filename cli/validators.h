#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

// Checks of an option's value whose messages say in plain words what is right. They have no
// description of their own, so that help has the option's.
namespace m2v::cli {

/// A whole number in decimal digits, of at least `min` and at most `max`.
CLI::Validator whole_number(std::uint64_t min,
                            std::uint64_t max = std::numeric_limits<std::uint64_t>::max());

/// A whole number in decimal digits, or "none".
CLI::Validator whole_number_or_none();

/// An end of an interval of numbers, which belongs to it or not.
struct Bound {
  double value = 0;
  bool belongs = true;
};
/// A finite number of at least `min` and at most `max`, if there is one.
CLI::Validator number(Bound min, std::optional<Bound> max = std::nullopt);
/// A number above 0.
inline CLI::Validator positive_number() { return number({.value = 0, .belongs = false}); }
/// A number from 0 to 1, both included.
inline CLI::Validator number_from_0_to_1() { return number({0}, Bound{1}); }

/// One of some words.
CLI::Validator one_of(std::vector<std::string> words);

}  // namespace m2v::cli
