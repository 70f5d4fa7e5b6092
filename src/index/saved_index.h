#pragma once

#include "formats/sections.h"
#include "index/contents.h"

namespace m2v::index {

/// Returns the contents of an index as named arrays (see docs/formats.md). The arrays refer to the
/// memory of `contents`, which must outlive them and must not change.
formats::Sections save(const Contents& contents);

/// Returns the contents of an index from the arrays of save(). Vectors are used in place. Throws
/// FormatError.
Contents load(const formats::Sections& sections);

}  // namespace m2v::index
