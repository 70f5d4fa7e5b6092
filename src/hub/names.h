#pragma once

#include <string>
#include <string_view>

namespace m2v::hub {

/// Returns whether a text is a valid repository name, "name" or "org/name", by the rules of
/// `huggingface_hub`.
bool is_repository_name(std::string_view text) noexcept;
/// Throws std::invalid_argument, with a description of valid names, if is_repository_name() is
/// false.
void check_repository_name(std::string_view text);

/// Returns whether a text is a full commit hash: 40 lower-case hexadecimal digits.
bool is_commit(std::string_view text) noexcept;
/// Returns whether a text is a content hash, git's SHA-1 or a SHA-256, in lower-case hexadecimal.
/// Such a text is a safe file name.
bool is_content_hash(std::string_view text) noexcept;

/// Returns whether a path from a server (or a revision, or a subfolder) stays below the folder that
/// it is joined to: relative, without empty, "." or ".." components, control characters or
/// backslashes, at most 1,024 bytes long, and with components of at most 255 bytes.
bool is_safe_path(std::string_view path) noexcept;
/// Throws std::invalid_argument, naming the option, if is_safe_path() is false.
void check_safe_path(std::string_view option, std::string_view path);

/// Percent-encodes part of a URL's path. Slashes are encoded only if `encode_slashes` is set.
std::string percent_encoded(std::string_view text, bool encode_slashes);

}  // namespace m2v::hub
