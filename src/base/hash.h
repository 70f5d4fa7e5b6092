#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace m2v::base {

/// Returns the 64-bit XXH3 hash of the bytes (seed 0).
std::uint64_t hash(std::string_view bytes) noexcept;
/// Returns the same hash of the concatenation of all pieces.
std::uint64_t hash(std::span<const std::span<const std::byte>> pieces) noexcept;

}  // namespace m2v::base
