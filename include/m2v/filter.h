#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// Filters restrict a search (see m2v/index.h) to vectors whose metadata meet a condition.
//
//   m2v::SearchOptions options;
//   using namespace m2v::filter;
//   options.filter = all_of({equal("lang", "en"), !in("source", {"a", "b"})});
//   index.search(query, 10, options);

namespace m2v {

/// A metadata value. Integers and floats are compared by value, strings by their bytes.
using Value = std::variant<std::int64_t, double, std::string>;

/// A condition on the metadata of a vector, made by the functions below: a tree of at most 100
/// levels. A vector without a value in a column meets no condition on that column, and therefore
/// meets the negation of every one.
struct Filter {
  enum class Kind { kAll, kEqual, kLess, kAtMost, kGreater, kAtLeast, kIn, kAllOf, kAnyOf, kNot };

  Kind kind = Kind::kAll;     ///< kAll, the default, accepts every vector.
  std::string column;         ///< Name of the column; for comparisons and kIn.
  std::vector<Value> values;  ///< The value to compare with, or the set of values of kIn.
  std::vector<Filter> parts;  ///< Operands of kAllOf and kAnyOf; the single operand of kNot.
};

namespace filter {
namespace detail {
inline Filter comparison(Filter::Kind kind, std::string column, Value value) {
  return {kind, std::move(column), {std::move(value)}, {}};
}
}  // namespace detail

/// The value of the column equals `value`.
inline Filter equal(std::string column, Value value) {
  return detail::comparison(Filter::Kind::kEqual, std::move(column), std::move(value));
}
/// The value of the column is less than `value`.
inline Filter less(std::string column, Value value) {
  return detail::comparison(Filter::Kind::kLess, std::move(column), std::move(value));
}
/// The value of the column is at most `value`.
inline Filter at_most(std::string column, Value value) {
  return detail::comparison(Filter::Kind::kAtMost, std::move(column), std::move(value));
}
/// The value of the column is greater than `value`.
inline Filter greater(std::string column, Value value) {
  return detail::comparison(Filter::Kind::kGreater, std::move(column), std::move(value));
}
/// The value of the column is at least `value`.
inline Filter at_least(std::string column, Value value) {
  return detail::comparison(Filter::Kind::kAtLeast, std::move(column), std::move(value));
}
/// The value of the column is one of `values`. An empty set accepts nothing.
inline Filter in(std::string column, std::vector<Value> values) {
  return {Filter::Kind::kIn, std::move(column), std::move(values), {}};
}
/// All of the conditions hold. Without conditions, accepts every vector.
inline Filter all_of(std::vector<Filter> parts) {
  return {Filter::Kind::kAllOf, {}, {}, std::move(parts)};
}
/// At least one of the conditions holds. Without conditions, accepts nothing.
inline Filter any_of(std::vector<Filter> parts) {
  return {Filter::Kind::kAnyOf, {}, {}, std::move(parts)};
}
}  // namespace filter

/// The condition does not hold.
inline Filter operator!(Filter part) { return {Filter::Kind::kNot, {}, {}, {std::move(part)}}; }

}  // namespace m2v
