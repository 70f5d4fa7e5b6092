#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace m2v {

/// A value of metadata. Integers and floats compare by value; strings by their bytes.
using Value = std::variant<std::int64_t, double, std::string>;

/// A condition on the metadata of an index: a plain tree, made by the functions below.
///
///   any_of({equal("lang", "en"), all_of({at_least("year", 2000), !in("source", {"a", "b"})})})
///
/// A vector that has no value in a column meets no condition on it, so it meets the negation of
/// every one.
struct Filter {
  enum class Kind { kAll, kEqual, kLess, kAtMost, kGreater, kAtLeast, kIn, kAllOf, kAnyOf, kNot };

  Kind kind = Kind::kAll;     ///< By default, every vector.
  std::string column;         ///< Of a comparison, or of kIn.
  std::vector<Value> values;  ///< The one to compare with, or the set of kIn.
  std::vector<Filter> parts;  ///< Of kAllOf, kAnyOf; the one of kNot.
};

namespace detail {
inline Filter comparison(Filter::Kind kind, std::string column, Value value) {
  return {kind, std::move(column), {std::move(value)}, {}};
}
}  // namespace detail

inline Filter equal(std::string column, Value value) {
  return detail::comparison(Filter::Kind::kEqual, std::move(column), std::move(value));
}
inline Filter less(std::string column, Value value) {
  return detail::comparison(Filter::Kind::kLess, std::move(column), std::move(value));
}
inline Filter at_most(std::string column, Value value) {
  return detail::comparison(Filter::Kind::kAtMost, std::move(column), std::move(value));
}
inline Filter greater(std::string column, Value value) {
  return detail::comparison(Filter::Kind::kGreater, std::move(column), std::move(value));
}
inline Filter at_least(std::string column, Value value) {
  return detail::comparison(Filter::Kind::kAtLeast, std::move(column), std::move(value));
}
/// Whether the value is one of these; an empty set lets nothing through.
inline Filter in(std::string column, std::vector<Value> values) {
  return {Filter::Kind::kIn, std::move(column), std::move(values), {}};
}
/// Of no parts: everything.
inline Filter all_of(std::vector<Filter> parts) {
  return {Filter::Kind::kAllOf, {}, {}, std::move(parts)};
}
/// Of no parts: nothing.
inline Filter any_of(std::vector<Filter> parts) {
  return {Filter::Kind::kAnyOf, {}, {}, std::move(parts)};
}
inline Filter operator!(Filter part) { return {Filter::Kind::kNot, {}, {}, {std::move(part)}}; }

}  // namespace m2v
