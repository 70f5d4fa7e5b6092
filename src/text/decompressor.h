#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "text/byte_source.h"

namespace m2v::text {

/// The supported compression formats.
enum class Compression { kNone, kGzip, kZstd };

/// Returns the compression of a file according to its magic number. Four bytes are enough.
Compression compression_of(std::string_view first_bytes) noexcept;
/// Whether `first_bytes` are a proper prefix of a magic number, so that more bytes are needed for
/// compression_of().
bool is_magic_prefix(std::string_view first_bytes) noexcept;

/// Returns a source of the decompressed bytes of `source`, which must outlive it. All gzip members
/// or zstd frames are decompressed one after the other. Reading throws FormatError, which names
/// `name`, if the data are damaged or truncated. Throws FormatError if m2v was built without
/// M2V_WITH_COMPRESSION. Precondition: `compression` is not kNone.
std::unique_ptr<ByteSource> decompress(ByteSource& source, Compression compression,
                                       std::string name);

}  // namespace m2v::text
