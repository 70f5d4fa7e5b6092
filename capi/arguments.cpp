#include "capi/arguments.h"

#include <algorithm>
#include <cstring>

#include "m2v/tokenizer.h"

namespace m2v::capi {
namespace {

/// Upper bound of the size of any struct of the ABI, in bytes. A larger value of struct_size means
/// that the caller has not initialized it.
constexpr std::size_t kLargestStruct = 4096;

/// Returns the size that the caller's struct begins with. Throws if it cannot be right.
std::size_t their_size(const void* theirs, const char* name) {
  std::size_t size = 0;
  std::memcpy(&size, theirs, sizeof size);
  if (size < sizeof size || size > kLargestStruct) {
    throw std::invalid_argument(std::string(name) + ".struct_size is " + std::to_string(size) +
                                "; set it to sizeof(m2v_" + name + ")");
  }
  return size;
}

}  // namespace

void check_size(std::size_t size, std::size_t rows, std::size_t dim, const char* name) {
  const bool fits = rows == 0 || dim == 0 ? size == 0 : size % rows == 0 && size / rows == dim;
  if (!fits) {
    throw std::invalid_argument(std::string(name) + ": " + std::to_string(size) +
                                " values are not " + std::to_string(rows) + " rows of " +
                                std::to_string(dim));
  }
}

MatrixView matrix(const float* values, std::size_t size, std::size_t rows, std::size_t dim,
                  const char* name) {
  check_size(size, rows, dim, name);
  return {array(values, size, name).data(), rows, dim};
}

void read_struct(const void* theirs, void* ours, std::size_t our_size, const char* name) {
  const std::size_t size = their_size(theirs, name);
  const auto* const bytes = static_cast<const unsigned char*>(theirs);
  if (size > our_size &&
      std::any_of(bytes + our_size, bytes + size, [](unsigned char byte) { return byte != 0; })) {
    fail_unknown_member(name);
  }
  std::memcpy(ours, theirs, std::min(size, our_size));
}

void write_struct(const void* ours, std::size_t our_size, void* theirs, const char* name) {
  const std::size_t size = their_size(theirs, name);
  std::memset(theirs, 0, size);
  std::memcpy(theirs, ours, std::min(size, our_size));
  std::memcpy(theirs, &size, sizeof size);
}

void fail_unknown_member(const char* name) {
  throw std::invalid_argument(
      std::string(name) +
      " has a nonzero member that this version of m2v does not support; set it to 0, or install "
      "the version that the program was compiled for");
}

std::optional<bool> choice(std::int32_t value, const char* name) {
  switch (value) {
    case M2V_DEFAULT:
      return std::nullopt;
    case M2V_ON:
      return true;
    case M2V_OFF:
      return false;
    default:
      throw std::invalid_argument(std::string(name) + " is " + std::to_string(value) +
                                  "; it can be M2V_DEFAULT, M2V_ON or M2V_OFF");
  }
}

std::optional<std::size_t> limit(std::size_t max_length) {
  static_assert(kNoLimit == M2V_NO_LIMIT);
  return max_length == 0 ? std::nullopt : std::optional(max_length);
}

}  // namespace m2v::capi
