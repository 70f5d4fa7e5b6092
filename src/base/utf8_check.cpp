#include "base/utf8_check.h"

#include <simdjson.h>

namespace m2v::base {

bool is_utf8(std::string_view bytes) noexcept {
  return simdjson::validate_utf8(bytes.data(), bytes.size());
}

}  // namespace m2v::base
