#include "search/condition.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/thread_pool.h"

namespace m2v::search {
namespace {

using Kind = Filter::Kind;

constexpr std::size_t kMostDepth = 100;
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The values from `low` to `high`, both included; none if high < low.
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

/// Whether `value` is below all integers of 64 bits, above them, or neither.
int side_of_integers(double value) {
  if (value < -0x1p63) return -1;
  return value >= 0x1p63 ? 1 : 0;
}

Interval<std::int64_t> integers_for(const Filter& filter, const Value& value) {
  constexpr Interval<std::int64_t> kNone{1, 0}, kEvery{kLeast, kMost};
  std::int64_t floor, ceil;  // the integers next to the value
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    floor = ceil = *integer;
  } else {
    const double number = as_double(filter, value);
    const bool wants_less = filter.kind == Kind::kLess || filter.kind == Kind::kAtMost;
    const bool wants_more = filter.kind == Kind::kGreater || filter.kind == Kind::kAtLeast;
    const int side = side_of_integers(number);
    if (std::isnan(number)) return kNone;
    if (side != 0) return (side > 0 ? wants_less : wants_more) ? kEvery : kNone;
    floor = static_cast<std::int64_t>(std::floor(number));
    // The ceiling of the largest numbers is the number itself.
    ceil = static_cast<std::int64_t>(std::ceil(number));
  }
  switch (filter.kind) {
    case Kind::kLess:
      return ceil == kLeast ? kNone : Interval<std::int64_t>{kLeast, ceil - 1};
    case Kind::kAtMost:
      return {kLeast, floor};
    case Kind::kGreater:
      return floor == kMost ? kNone : Interval<std::int64_t>{floor + 1, kMost};
    case Kind::kAtLeast:
      return {ceil, kMost};
    default:
      return {ceil, floor};
  }
}

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

/// By code: whether the string meets the comparison. Code 0, which is no string, does not.
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

/// Calls `meets(row)` for each row and gathers the answers.
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
  std::vector<Interval<std::int64_t>> integers;  // ascending, of one value each if several
  std::vector<Interval<double>> doubles;
  std::vector<std::uint8_t> codes;
  std::vector<Node> parts;

  Node(const Filter& filter, const Columns& columns, std::size_t depth);
  void compare(const Filter& filter);
  void mark(std::size_t first, std::size_t count, std::uint64_t* marks) const;
  void mark_parts(std::size_t first, std::size_t count, std::uint64_t* marks) const;
};

Condition::Node::Node(const Filter& filter, const Columns& columns, std::size_t depth)
    : kind(filter.kind) {
  if (depth > kMostDepth) throw std::invalid_argument("filter: nested too deeply");
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
  const std::size_t words = core::blocks_of(count, 64);
  const bool any = kind == Kind::kAnyOf;
  mark_rows(first, count, marks, [&](std::size_t) { return !any; });
  std::vector<std::uint64_t> part_marks(words);
  for (const Node& part : parts) {
    part.mark(first, count, part_marks.data());
    for (std::size_t i = 0; i < words; ++i) {
      // "Not" has all rows so far and loses those of its part.
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

}  // namespace m2v::search
