#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "m2v.h"
#include "m2v/types.h"

// Checks and converts arguments from C callers. Unless noted otherwise, these functions throw
// std::invalid_argument, whose message contains `name`, if an argument is invalid.
namespace m2v::capi {

/// Returns the object that a pointer points to. Throws if the pointer is NULL.
template <typename T>
T& required(T* pointer, const char* name) {
  if (pointer == nullptr) throw std::invalid_argument(std::string(name) + " is NULL");
  return *pointer;
}

/// Returns an array as a span. Throws if it is NULL and not empty.
template <typename T>
std::span<T> array(T* values, std::size_t size, const char* name) {
  if (size != 0) required(values, name);
  return {values, size};
}

/// Returns a text of `length` bytes. Throws if it is NULL and not empty.
inline std::string_view view(const char* text, std::size_t length) {
  const auto bytes = array(text, length, "text");
  return {bytes.data(), bytes.size()};
}

/// Throws unless `size` == rows * dim.
void check_size(std::size_t size, std::size_t rows, std::size_t dim, const char* name);

/// Returns `size` values as a matrix [rows, dim]. Throws unless `size` == rows * dim.
MatrixView matrix(const float* values, std::size_t size, std::size_t rows, std::size_t dim,
                  const char* name);

/// Copies a struct that begins with its size from the caller, whose version of the struct may be
/// older or newer than ours. Members that the caller's version lacks keep their value in `ours`.
/// Throws if a member that our version lacks is not 0.
void read_struct(const void* theirs, void* ours, std::size_t our_size, const char* name);
/// Copies a struct that begins with its size to the caller, who has set the size in `theirs`.
/// Members that our version lacks are set to 0.
void write_struct(const void* ours, std::size_t our_size, void* theirs, const char* name);

/// Throws the error about a member that this version does not have.
[[noreturn]] void fail_unknown_member(const char* name);

/// Returns a copy of the caller's options, or the defaults if the pointer is NULL.
template <typename Options>
Options options_of(const Options* given, const char* name) {
  Options options{};
  if (given != nullptr) read_struct(given, &options, sizeof options, name);
  if constexpr (requires { options.reserved; }) {
    if (options.reserved != 0) fail_unknown_member(name);
  }
  return options;
}

/// Converts M2V_ON, M2V_OFF or M2V_DEFAULT (absent). Throws for any other value.
std::optional<bool> choice(std::int32_t value, const char* name);
/// Converts a maximum length in tokens; 0 means the default (absent). Never throws.
std::optional<std::size_t> limit(std::size_t max_length);

}  // namespace m2v::capi
