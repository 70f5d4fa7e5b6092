#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>

namespace m2v::encoder {

/// The members of a zip archive by name, as torch.save writes it: stored, not compressed, so that
/// nothing is larger than the file. Everything is checked against the size of the archive. Throws
/// FormatError, which calls the archive `file`.
std::map<std::string, std::span<const std::byte>, std::less<>> zip_members(
    std::span<const std::byte> archive, const std::string& file);

}  // namespace m2v::encoder
