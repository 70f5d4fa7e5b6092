#include "m2v/version.h"

#include <string_view>

#include "version_config.h"

namespace m2v {

std::string_view version() noexcept { return M2V_VERSION; }

}  // namespace m2v
