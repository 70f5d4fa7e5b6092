#pragma once

#include "core/sections.h"
#include "search/contents.h"

namespace m2v::search {

/// What an index holds as named arrays (docs/formats.md). The arrays lie where the contents have
/// them, which must outlive and stay as they are.
core::Sections save(const Contents& contents);

/// And back; vectors are used where they lie. Throws FormatError.
Contents load(const core::Sections& sections);

}  // namespace m2v::search
