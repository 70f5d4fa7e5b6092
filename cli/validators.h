#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

// Validators of option values, whose error messages state which values are accepted. They have no
// description, so that the help text shows only that of the option.
namespace m2v::cli {

/// Accepts a whole number in decimal digits from `min` to `max`, both included.
CLI::Validator whole_number(std::uint64_t min,
                            std::uint64_t max = std::numeric_limits<std::uint64_t>::max());

/// Accepts a whole number in decimal digits, or "none".
CLI::Validator whole_number_or_none();

/// An endpoint of an interval.
struct Bound {
  double value = 0;
  bool belongs = true;  ///< Whether the endpoint is part of the interval.
};
/// Accepts a finite number between `min` and `max`; no upper limit if `max` is absent.
CLI::Validator number(Bound min, std::optional<Bound> max = std::nullopt);
/// Accepts a number above 0.
inline CLI::Validator positive_number() { return number({.value = 0, .belongs = false}); }
/// Accepts a number from 0 to 1, both included.
inline CLI::Validator number_from_0_to_1() { return number({0}, Bound{1}); }

/// Accepts one of the given words.
CLI::Validator one_of(std::vector<std::string> words);

/// The words that one_of() allows as the value of an option; empty for any other option.
std::vector<std::string> choices_of(CLI::Option& option);

}  // namespace m2v::cli
