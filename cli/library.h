#pragma once

#include <string>

namespace m2v::cli {

/// Opens a shared library and returns the address of one of its functions, so that only the
/// commands that need the library pay for loading it. `library` is a file name; `purpose` (e.g.
/// "distilling") appears in error messages. The library is never closed, because exceptions that it
/// throws refer to its code. Throws m2v::Error if the library cannot be loaded or lacks the
/// function.
void* library_function(const std::string& library, const char* function,
                       const std::string& purpose);

}  // namespace m2v::cli
