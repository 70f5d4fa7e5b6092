#pragma once

#include <string>

namespace m2v::cli {

/// A function of a library that is opened at the first use of it: only the commands that need it
/// pay for loading it. `library` is its file's name, `purpose` what it is for ("distilling"), for
/// the message. It stays open: exceptions thrown by it carry its code. Throws m2v::Error.
void* library_function(const std::string& library, const char* function,
                       const std::string& purpose);

}  // namespace m2v::cli
