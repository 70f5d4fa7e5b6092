#pragma once

#include <cstdint>
#include <string_view>

namespace m2v::core {

/// XXH3, 64 bits.
std::uint64_t hash(std::string_view bytes) noexcept;

}  // namespace m2v::core
