#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "text/byte_source.h"

namespace m2v::text {

enum class Compression { kNone, kGzip, kZstd };

/// What the first bytes of a file say. Four are enough.
Compression compression_of(std::string_view first_bytes) noexcept;
/// Whether more bytes could tell more: these may be the beginning of a magic number.
bool may_become_compressed(std::string_view first_bytes) noexcept;

/// The decompressed bytes of `source`, of all gzip members or zstd frames one after the other;
/// `name` is what errors call it. Reading throws FormatError for data that are damaged or cut off.
/// Precondition: `compression` is not kNone; `source` outlives the result.
std::unique_ptr<ByteSource> decompress(ByteSource& source, Compression compression,
                                       std::string name);

}  // namespace m2v::text
