#pragma once

#include <cstddef>

#include "base/events.h"
#include "m2v/convert.h"
#include "m2v/types.h"

namespace m2v::distillation {

/// As the public m2v::share_rows() (m2v/convert.h), for callers that have `events`.
SharedRows share_rows(MatrixView vectors, std::size_t count, unsigned threads,
                      const base::Events& events);

}  // namespace m2v::distillation
