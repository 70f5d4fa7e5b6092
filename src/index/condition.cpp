#include "index/condition.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/thread_pool.h"

namespace m2v::index {
namespace {

using Kind = Filter::Kind;

constexpr std::size_t kMaxDepth = 100;
constexpr std::int64_t kMinInteger = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMaxInteger = std::numeric_limits<std::int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The values from `low` to `high`, both included; empty if high < low.
template <typename T>
struct Interval {
  T low, high;
};

[[noreturn]] void wrong_type(const Filter& filter, const char* holds) {
  throw std::invalid_argument("filter: column \"" + filter.column + "\" holds " + holds);
}

double as_double(const Filter& filter, const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  wrong_type(filter, "numbers; the value is a string");
}

/// Returns -1 if `value` is below all 64-bit integers, 1 if it is above them, else 0.
int side_of_integers(double value) {
  if (value < -0x1p63) return -1;
  return value >= 0x1p63 ? 1 : 0;
}

/// Returns the integers that meet a comparison with `value`.
Interval<std::int64_t> integers_for(const Filter& filter, const Value& value) {
  constexpr Interval<std::int64_t> kNone{1, 0}, kEvery{kMinInteger, kMaxInteger};
  std::int64_t floor, ceil;  // the value, rounded down and up
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    floor = ceil = *integer;
  } else {
    const double number = as_double(filter, value);
    const bool accepts_less = filter.kind == Kind::kLess || filter.kind == Kind::kAtMost;
    const bool accepts_greater = filter.kind == Kind::kGreater || filter.kind == Kind::kAtLeast;
    const int side = side_of_integers(number);
    if (std::isnan(number)) return kNone;
    if (side != 0) return (side > 0 ? accepts_less : accepts_greater) ? kEvery : kNone;
    floor = static_cast<std::int64_t>(std::floor(number));
    // Cannot overflow: numbers near 2^63 are whole, so that the ceiling is the number itself.
    ceil = static_cast<std::int64_t>(std::ceil(number));
  }
  switch (filter.kind) {
    case Kind::kLess:
      return ceil == kMinInteger ? kNone : Interval<std::int64_t>{kMinInteger, ceil - 1};
    case Kind::kAtMost:
      return {kMinInteger, floor};
    case Kind::kGreater:
      return floor == kMaxInteger ? kNone : Interval<std::int64_t>{floor + 1, kMaxInteger};
    case Kind::kAtLeast:
      return {ceil, kMaxInteger};
    default:
      return {ceil, floor};
  }
}

/// Returns the doubles that meet a comparison with `value`.
Interval<double> doubles_for(const Filter& filter, const Value& value) {
  const double number = as_double(filter, value);
  if (std::isnan(number)) return {1, 0};
  switch (filter.kind) {
    case Kind::kLess:
      if (number == -kInfinity) return {1, 0};
      return {-kInfinity, std::nextafter(number, -kInfinity)};
    case Kind::kAtMost:
      return {-kInfinity, number};
    case Kind::kGreater:
      if (number == kInfinity) return {1, 0};
      return {std::nextafter(number, kInfinity), kInfinity};
    case Kind::kAtLeast:
      return {number, kInfinity};
    default:
      return {number, number};
  }
}

bool compare(Kind kind, std::string_view text, std::string_view with) {
  switch (kind) {
    case Kind::kLess:
      return text < with;
    case Kind::kAtMost:
      return text <= with;
    case Kind::kGreater:
      return text > with;
    default:
      return text >= with;
  }
}

/// Returns, for each code, whether its string meets the comparison. Code 0, no value, never does.
std::vector<std::uint8_t> codes_for(const Filter& filter, const StringColumn& column) {
  std::vector<std::uint8_t> meets(column.strings.size() + 1);
  for (const Value& value : filter.values) {
    const auto* const text = std::get_if<std::string>(&value);
    if (text == nullptr) wrong_type(filter, "strings; the value is a number");
    if (filter.kind == Kind::kEqual || filter.kind == Kind::kIn) {
      const auto found = column.code_of.find(*text);
      if (found != column.code_of.end()) meets[found->second] = 1;
    } else {
      for (std::size_t i = 0; i < column.strings.size(); ++i) {
        meets[i + 1] = static_cast<std::uint8_t>(compare(filter.kind, column.strings[i], *text));
      }
    }
  }
  return meets;
}

/// Sets the marks of `count` rows to meets(row).
template <class Meets>
void mark_rows(std::size_t first, std::size_t count, std::uint64_t* marks, const Meets& meets) {
  for (std::size_t begin = 0; begin < count; begin += 64) {
    const std::size_t end = std::min<std::size_t>(64, count - begin);
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < end; ++i) {
      word |= static_cast<std::uint64_t>(meets(first + begin + i)) << i;
    }
    *marks++ = word;
  }
}

template <typename T>
void mark_numbers(const NumberColumn<T>& column, const std::vector<Interval<T>>& intervals,
                  std::size_t first, std::size_t count, std::uint64_t* marks) {
  if (intervals.size() == 1) {
    const auto [low, high] = intervals.front();
    return mark_rows(first, count, marks, [&](std::size_t row) {
      const T value = column.values[row];
      return column.present[row] & static_cast<int>(low <= value) & static_cast<int>(value <= high);
    });
  }
  mark_rows(first, count, marks, [&](std::size_t row) {
    const T value = column.values[row];
    if (column.present[row] == 0) return false;
    const auto above = std::ranges::upper_bound(intervals, value, {}, &Interval<T>::low);
    return above != intervals.begin() && value <= std::prev(above)->high;
  });
}

}  // namespace

struct Condition::Node {
  Kind kind = Kind::kAll;
  const StoredColumn* column = nullptr;
  // Ascending intervals of accepted values; if there are several, each is a single value.
  std::vector<Interval<std::int64_t>> integers;
  std::vector<Interval<double>> doubles;
  std::vector<std::uint8_t> codes;  // for string columns: whether each code is accepted
  std::vector<Node> parts;

  Node(const Filter& filter, const Columns& columns, std::size_t depth);
  void compare(const Filter& filter);
  void mark(std::size_t first, std::size_t count, std::uint64_t* marks) const;
  void mark_parts(std::size_t first, std::size_t count, std::uint64_t* marks) const;
};

Condition::Node::Node(const Filter& filter, const Columns& columns, std::size_t depth)
    : kind(filter.kind) {
  if (depth > kMaxDepth) throw std::invalid_argument("filter: nested too deeply");
  const bool joins = kind == Kind::kAllOf || kind == Kind::kAnyOf;
  if (kind == Kind::kNot && filter.parts.size() != 1) {
    throw std::invalid_argument("filter: \"not\" has one part");
  }
  if (kind == Kind::kAll) return;
  if (joins || kind == Kind::kNot) {
    for (const Filter& part : filter.parts) parts.emplace_back(part, columns, depth + 1);
    return;
  }
  if (kind != Kind::kIn && filter.values.size() != 1) {
    throw std::invalid_argument("filter: a comparison has one value");
  }
  column = &columns.at(filter.column);
  compare(filter);
}

void Condition::Node::compare(const Filter& filter) {
  if (const auto* strings = std::get_if<StringColumn>(&column->data)) {
    codes = codes_for(filter, *strings);
    return;
  }
  const bool whole = std::holds_alternative<NumberColumn<std::int64_t>>(column->data);
  const auto add = [](auto& intervals, const auto& interval) {
    if (interval.low <= interval.high) intervals.push_back(interval);
  };
  for (const Value& value : filter.values) {
    if (whole) {
      add(integers, integers_for(filter, value));
    } else {
      add(doubles, doubles_for(filter, value));
    }
  }
  std::ranges::sort(integers, {}, &Interval<std::int64_t>::low);
  std::ranges::sort(doubles, {}, &Interval<double>::low);
}

void Condition::Node::mark(std::size_t first, std::size_t count, std::uint64_t* marks) const {
  if (column == nullptr) return mark_parts(first, count, marks);
  if (const auto* whole = std::get_if<NumberColumn<std::int64_t>>(&column->data)) {
    mark_numbers(*whole, integers, first, count, marks);
  } else if (const auto* numbers = std::get_if<NumberColumn<double>>(&column->data)) {
    mark_numbers(*numbers, doubles, first, count, marks);
  } else {
    const std::uint32_t* row_codes = std::get<StringColumn>(column->data).codes.data();
    mark_rows(first, count, marks, [&](std::size_t row) { return codes[row_codes[row]]; });
  }
}

void Condition::Node::mark_parts(std::size_t first, std::size_t count, std::uint64_t* marks) const {
  const std::size_t words = base::blocks_of(count, 64);
  const bool any = kind == Kind::kAnyOf;
  mark_rows(first, count, marks, [&](std::size_t) { return !any; });
  std::vector<std::uint64_t> part_marks(words);
  for (const Node& part : parts) {
    part.mark(first, count, part_marks.data());
    for (std::size_t i = 0; i < words; ++i) {
      // kNot starts with all rows and removes those of its only part.
      marks[i] = any                  ? marks[i] | part_marks[i]
                 : kind == Kind::kNot ? marks[i] & ~part_marks[i]
                                      : marks[i] & part_marks[i];
    }
  }
}

Condition::Condition(const Filter& filter, const Columns& columns)
    : root_(std::make_unique<const Node>(filter, columns, 0)) {}
Condition::~Condition() = default;
Condition::Condition(Condition&&) noexcept = default;

bool Condition::holds_for_all() const noexcept {
  return root_->kind == Kind::kAll || (root_->kind == Kind::kAllOf && root_->parts.empty());
}

void Condition::mark(std::size_t first, std::size_t count, std::uint64_t* marks) const {
  root_->mark(first, count, marks);
}

}  // namespace m2v::index
