#include "core/hash.h"

#define XXH_INLINE_ALL  // no library to load when a program starts
#include <xxhash.h>

namespace m2v::core {

std::uint64_t hash(std::string_view bytes) noexcept {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace m2v::core
