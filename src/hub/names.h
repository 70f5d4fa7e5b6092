#pragma once

#include <string>
#include <string_view>

namespace m2v::hub {

/// Whether a text can be a repository's name: "name" or "org/name", as `huggingface_hub` says.
bool is_repository_name(std::string_view text) noexcept;
/// Throws std::invalid_argument, which says what a name looks like.
void check_repository_name(std::string_view text);

/// 40 hexadecimal digits in lower case.
bool is_commit(std::string_view text) noexcept;
/// The name of a content: git's SHA-1 or a SHA-256, in lower case. Such a text is a safe file name.
bool is_content_hash(std::string_view text) noexcept;

/// Whether a path from a server (or a revision, or a subfolder) stays below the folder that it is
/// put in: relative, without "." and "..", control characters, backslashes or overlong names.
bool is_safe_path(std::string_view path) noexcept;
/// Throws std::invalid_argument, naming the option.
void check_safe_path(std::string_view option, std::string_view path);

/// Percent-encoding for a part of a URL's path; slashes stay unless `slashes_too`.
std::string quoted(std::string_view text, bool slashes_too);

}  // namespace m2v::hub
