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

// What callers pass, checked: each of these throws std::invalid_argument that has the name.
namespace m2v::capi {

/// What a pointer points at; it must not be NULL.
template <typename T>
T& required(T* pointer, const char* name) {
  if (pointer == nullptr) throw std::invalid_argument(std::string(name) + " is NULL");
  return *pointer;
}

/// An array, which may be NULL if it is empty.
template <typename T>
std::span<T> array(T* values, std::size_t size, const char* name) {
  if (size != 0) required(values, name);
  return {values, size};
}

inline std::string_view view(const char* text, std::size_t length) {
  const auto bytes = array(text, length, "text");
  return {bytes.data(), bytes.size()};
}

/// Checks that `size` is rows * dim.
void check_size(std::size_t size, std::size_t rows, std::size_t dim, const char* name);

/// `size` values, which must be `rows` rows of `dim`.
MatrixView matrix(const float* values, std::size_t size, std::size_t rows, std::size_t dim,
                  const char* name);

/// Copies a struct that begins with its size from the caller, who may have an older or a newer
/// version of it: a member that only one side knows must be, or becomes, 0.
void read_struct(const void* theirs, void* ours, std::size_t our_size, const char* name);
/// The same to the caller, who has set the size.
void write_struct(const void* ours, std::size_t our_size, void* theirs, const char* name);

[[noreturn]] void fail_unknown_member(const char* name);

/// The caller's options; NULL: all defaults.
template <typename Options>
Options options_of(const Options* given, const char* name) {
  Options options{};
  if (given != nullptr) read_struct(given, &options, sizeof options, name);
  if constexpr (requires { options.reserved; }) {
    if (options.reserved != 0) fail_unknown_member(name);
  }
  return options;
}

/// M2V_ON, M2V_OFF or M2V_DEFAULT.
std::optional<bool> choice(std::int32_t value, const char* name);
/// A maximum length; 0 is the default.
std::optional<std::size_t> limit(std::size_t max_length);

}  // namespace m2v::capi
