#include "cli/validators.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <iterator>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/terminal.h"

namespace m2v::cli {
namespace {

/// Begins the name of a validator that one_of() makes; the words follow.
constexpr std::string_view kChoices = "choices";

/// Parses all of `argument`, with an optional plus sign, which std::from_chars does not accept.
template <typename Value>
std::from_chars_result parse(std::string_view argument, Value& value) {
  if (argument.starts_with('+')) argument.remove_prefix(1);
  const char* const begin = argument.data();
  const char* const end = begin + argument.size();
  std::from_chars_result parsed = std::from_chars(begin, end, value);
  if (parsed.ptr != end) parsed.ec = std::errc::invalid_argument;
  return parsed;
}

/// Formats a number with as few digits as possible: "0.5", not "0.500000".
std::string shortest(double value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

std::string range_of(std::uint64_t min, std::uint64_t max) {
  const bool unlimited = max == std::numeric_limits<std::uint64_t>::max();
  if (unlimited) return min == 0 ? "" : " of at least " + with_separators(min);
  return " from " + with_separators(min) + " to " + with_separators(max);
}

std::string range_of(const Bound& min, const std::optional<Bound>& max) {
  const std::string low = shortest(min.value);
  if (!max) return (min.belongs ? " of at least " : " above ") + low;
  const std::string high = shortest(max->value);
  if (min.belongs && max->belongs) return " from " + low + " to " + high;
  if (!min.belongs && !max->belongs) return " between " + low + " and " + high;
  return (min.belongs ? " of at least " : " above ") + low +
         (max->belongs ? " and at most " : " and below ") + high;
}

std::string problem(const std::string& argument, const std::string& wanted) {
  return "'" + argument + "' is not " + wanted;
}

CLI::Validator validator(std::function<std::string(std::string&)> check) {
  return CLI::Validator(std::move(check), "");
}

}  // namespace

CLI::Validator whole_number(std::uint64_t min, std::uint64_t max) {
  return validator([min, max](const std::string& argument) -> std::string {
    std::uint64_t value = 0;
    const auto parsed = parse(argument, value);
    if (parsed.ec == std::errc::result_out_of_range) return "'" + argument + "' is too large";
    if (parsed.ec == std::errc() && value >= min && value <= max) return {};
    return problem(argument, "a whole number" + range_of(min, max));
  });
}

CLI::Validator whole_number_or_none() {
  return validator([](const std::string& argument) -> std::string {
    std::uint64_t value = 0;
    const bool is_number = parse(argument, value).ec == std::errc() && argument[0] != '+';
    if (argument == "none" || is_number) return {};
    return "'" + argument + "' is neither a whole number nor none";
  });
}

CLI::Validator number(Bound min, std::optional<Bound> max) {
  return validator([min, max](const std::string& argument) -> std::string {
    double value = 0;
    const auto parsed = parse(argument, value);
    const bool above = min.belongs ? value >= min.value : value > min.value;
    const bool below = !max || (max->belongs ? value <= max->value : value < max->value);
    if (parsed.ec == std::errc() && std::isfinite(value) && above && below) return {};
    return problem(argument, "a number" + range_of(min, max));
  });
}

CLI::Validator one_of(std::vector<std::string> words) {
  std::string name(kChoices);
  for (const std::string& word : words) name += " " + word;
  const auto check = [words = std::move(words)](const std::string& argument) -> std::string {
    if (std::ranges::find(words, argument) != words.end()) return {};
    std::string list;
    for (std::size_t i = 0; i < words.size(); ++i) {
      list += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    }
    return problem(argument, list);
  };
  return validator(check).name(name);
}

std::vector<std::string> choices_of(CLI::Option& option) {
  try {
    std::istringstream name(option.get_validator(0)->get_name());
    std::vector<std::string> words{std::istream_iterator<std::string>(name), {}};
    if (words.empty() || words[0] != kChoices) return {};
    words.erase(words.begin());
    return words;
  } catch (const CLI::OptionNotFound&) {  // it has no validator
    return {};
  }
}

}  // namespace m2v::cli
