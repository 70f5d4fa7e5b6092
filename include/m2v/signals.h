#pragma once

#include "m2v/export.h"

// For signal handlers: removing temporary files when a program is ended by a signal, and explaining
// a SIGBUS. The library itself installs no handlers. Every function here is async-signal-safe.
//
//   void on_signal(int signal) {
//     if (m2v::prepare_to_exit(signal)) _exit(128 + signal);
//   }

namespace m2v {

/// Removes the temporary files of all unfinished output, and the folders made for it that are
/// empty. Call it from a handler that ends the program immediately afterwards. Returns false,
/// without removing anything, if a save is in a step that must not be interrupted; the handler
/// should then just return, and `signal` is raised again as soon as that step is complete.
M2V_API bool prepare_to_exit(int signal) noexcept;

/// Returns the path of the file that the library has mapped at `address`, or null if there is none.
/// For a SIGBUS handler: the signal means that the file was made shorter while it was mapped.
[[nodiscard]] M2V_API const char* mapped_file_at(const void* address) noexcept;

}  // namespace m2v
