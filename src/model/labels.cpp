#include "m2v/labels.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "model/class_numbering.h"

namespace m2v {
namespace {

std::optional<std::int64_t> integer(std::string_view name) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return value;
}

void sort(Classes& classes) {
  if (!classes.integers) {
    std::ranges::sort(classes.names);
    return;
  }
  std::ranges::sort(classes.names, {}, [](const std::string& name) {
    const auto value = integer(name);
    if (!value) {
      throw std::invalid_argument("the label \"" + name +
                                  "\" is not an integer, but the others are");
    }
    return *value;
  });
}

/// Sorts the numbers of each text in ascending order.
void sort_numbers(Labels& labels) {
  for (std::size_t t = 0; t < labels.size(); ++t) {
    std::sort(labels.numbers.begin() + static_cast<std::ptrdiff_t>(labels.offsets[t]),
              labels.numbers.begin() + static_cast<std::ptrdiff_t>(labels.offsets[t + 1]));
  }
}

std::unordered_map<std::string_view, std::uint32_t> positions_of(const Classes& classes) {
  std::unordered_map<std::string_view, std::uint32_t> locations;
  for (const std::string& name : classes.names) {
    locations.emplace(name, static_cast<std::uint32_t>(locations.size()));
  }
  return locations;
}

}  // namespace

void model::ClassNumbering::add_once(Labels& labels, std::string_view name) {
  const std::uint32_t number = (*this)(name);
  const auto begin = labels.numbers.begin() + static_cast<std::ptrdiff_t>(labels.offsets.back());
  if (std::find(begin, labels.numbers.end(), number) == labels.numbers.end()) {
    labels.numbers.push_back(number);
  }
}

void model::ClassNumbering::sort_classes(Labels& labels, bool integers) const {
  Classes& classes = labels.classes;
  classes = {.names = {}, .integers = integers};
  for (const auto& [name, number] : numbers_) classes.names.push_back(name);
  sort(classes);
  const auto locations = positions_of(classes);
  std::vector<std::uint32_t> position_of(numbers_.size());
  for (const auto& [name, number] : numbers_) position_of[number] = locations.at(name);
  for (std::uint32_t& number : labels.numbers) number = position_of[number];
  sort_numbers(labels);
}

Labels Labels::single(std::span<const std::string> labels, bool integers) {
  Labels result;
  model::ClassNumbering numbering;
  for (const std::string& label : labels) {
    result.numbers.push_back(numbering(label));
    result.offsets.push_back(result.numbers.size());
  }
  numbering.sort_classes(result, integers);
  return result;
}

Labels Labels::single(std::span<const std::int64_t> labels) {
  std::vector<std::string> names;
  for (const std::int64_t label : labels) names.push_back(std::to_string(label));
  return single(names, true);
}

Labels Labels::multi(std::span<const std::vector<std::string>> labels, bool integers) {
  Labels result;
  result.multilabel = true;
  model::ClassNumbering numbering;
  for (const std::vector<std::string>& of_text : labels) {
    for (const std::string& label : of_text) numbering.add_once(result, label);
    result.offsets.push_back(result.numbers.size());
  }
  numbering.sort_classes(result, integers);
  return result;
}

Labels labels_in(const Labels& labels, const Classes& classes) {
  const auto locations = positions_of(classes);
  std::vector<std::uint32_t> numbers;
  for (const std::string& name : labels.classes.names) {
    const auto location = locations.find(name);
    if (location == locations.end()) {
      throw std::invalid_argument("the label \"" + name + "\" is none of the " +
                                  std::to_string(classes.names.size()) + " classes");
    }
    numbers.push_back(location->second);
  }
  Labels result = labels;
  result.classes = classes;
  for (std::uint32_t& number : result.numbers) number = numbers[number];
  sort_numbers(result);
  return result;
}

Classes union_of(const Classes& first, const Classes& second) {
  Classes classes = first;
  const auto locations = positions_of(first);
  for (const std::string& name : second.names) {
    if (!locations.contains(name)) classes.names.push_back(name);
  }
  classes.integers = (first.integers || second.integers) &&
                     std::ranges::all_of(classes.names, [](const std::string& name) {
                       return integer(name).has_value();
                     });
  sort(classes);
  return classes;
}

}  // namespace m2v
