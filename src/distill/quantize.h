#pragma once

#include <cstddef>

#include "core/events.h"
#include "m2v/convert.h"
#include "m2v/types.h"

namespace m2v::distillation {

/// The public function (m2v/convert.h) for who has `events` already.
SharedRows share_rows(MatrixView vectors, std::size_t count, unsigned threads,
                      const core::Events& events);

}  // namespace m2v::distillation
