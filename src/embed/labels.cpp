#include "m2v/labels.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <unordered_map>

namespace m2v {
namespace {

std::int64_t number(const std::string& name) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
  if (error != std::errc() || end != name.data() + name.size()) {
    throw std::invalid_argument("the label \"" + name + "\" is no integer, as the others are");
  }
  return value;
}

/// Numbers names as they come, then puts the classes into their order.
class Numbering {
 public:
  explicit Numbering(bool integers) : integers_(integers) {}

  std::uint32_t operator()(const std::string& name) {
    return numbers_.emplace(name, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }

  /// Sorts the classes and renumbers the labels, rising in each text.
  void finish(Labels& labels) const {
    std::vector<const std::pair<const std::string, std::uint32_t>*> order;
    for (const auto& entry : numbers_) order.push_back(&entry);
    std::ranges::sort(order, [&](const auto* a, const auto* b) {
      return integers_ ? number(a->first) < number(b->first) : a->first < b->first;
    });
    std::vector<std::uint32_t> places(order.size());
    labels.classes.integers = integers_;
    for (const auto* entry : order) {
      places[entry->second] = static_cast<std::uint32_t>(labels.classes.names.size());
      labels.classes.names.push_back(entry->first);
    }
    for (std::uint32_t& label : labels.numbers) label = places[label];
    for (std::size_t t = 0; t < labels.size(); ++t) {
      std::sort(labels.numbers.begin() + static_cast<std::ptrdiff_t>(labels.offsets[t]),
                labels.numbers.begin() + static_cast<std::ptrdiff_t>(labels.offsets[t + 1]));
    }
  }

 private:
  bool integers_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace

Labels Labels::single(std::span<const std::string> labels, bool integers) {
  Labels result;
  Numbering numbering(integers);
  for (const std::string& label : labels) {
    result.numbers.push_back(numbering(label));
    result.offsets.push_back(result.numbers.size());
  }
  numbering.finish(result);
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
  Numbering numbering(integers);
  for (const std::vector<std::string>& of_text : labels) {
    const std::size_t begin = result.numbers.size();
    for (const std::string& label : of_text) {
      const std::uint32_t found = numbering(label);
      const auto first = result.numbers.begin() + static_cast<std::ptrdiff_t>(begin);
      if (std::find(first, result.numbers.end(), found) == result.numbers.end()) {
        result.numbers.push_back(found);
      }
    }
    result.offsets.push_back(result.numbers.size());
  }
  numbering.finish(result);
  return result;
}

Labels labels_in(const Labels& labels, const Classes& classes) {
  std::unordered_map<std::string_view, std::uint32_t> places;
  for (const std::string& name : classes.names) {
    places.emplace(name, static_cast<std::uint32_t>(places.size()));
  }
  std::vector<std::uint32_t> numbers;
  for (const std::string& name : labels.classes.names) {
    const auto place = places.find(name);
    if (place == places.end()) {
      throw std::invalid_argument("the label \"" + name + "\" is none of the " +
                                  std::to_string(classes.names.size()) + " classes");
    }
    numbers.push_back(place->second);
  }
  Labels result = labels;
  result.classes = classes;
  for (std::uint32_t& number : result.numbers) number = numbers[number];
  return result;
}

}  // namespace m2v
