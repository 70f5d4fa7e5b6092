#pragma once

#include "m2v/export.h"

namespace m2v {

// For a program that is ended by a signal: what its handlers need to leave nothing behind. The
// library itself installs no handler. Every function here is async-signal-safe.

/// Removes the temporary files of everything that is being written, and the folders made for it
/// that are still empty. To be called by a handler that ends the program right afterwards.
/// Returns false, and has removed nothing, if a save is at the step that must not be broken off:
/// `signal` is then raised again as soon as that is over, and the handler should just return.
M2V_API bool prepare_to_end(int signal) noexcept;

/// The path of the file that the library has mapped at `address`, for a handler of SIGBUS: somebody
/// has made that file shorter. Null if there is none.
M2V_API const char* mapped_file_at(const void* address) noexcept;

}  // namespace m2v
