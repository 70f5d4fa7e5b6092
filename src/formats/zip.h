#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>

namespace m2v::formats {

/// Returns the members of a zip archive by name, as views of `archive`. Supports the archives that
/// torch.save writes, whose members are stored without compression, and zip64. All reads are
/// bounds-checked. Throws FormatError, which names `file`, if the archive is damaged, a member is
/// compressed, or two members have the same name.
std::map<std::string, std::span<const std::byte>, std::less<>> zip_members(
    std::span<const std::byte> archive, const std::string& file);

}  // namespace m2v::formats
