#include "formats/sections.h"

#include <algorithm>

#include "m2v/error.h"

namespace m2v::formats {

void Sections::add(std::string_view name, std::string_view text) {
  add(name, base::FlatArray<char>(std::vector<char>(text.begin(), text.end())));
}

void Sections::add(std::string_view name, std::vector<base::FlatArray<std::byte>> pieces) {
  sections_.push_back({std::string(name), {}, 0, std::move(pieces)});
}

const Sections::Section* Sections::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(sections_, name, &Section::name);
  return found == sections_.end() ? nullptr : &*found;
}

void Sections::fail(std::string_view name, const std::string& problem) const {
  throw FormatError(file_, "section \"" + std::string(name) + "\"", problem);
}

const base::FlatArray<std::byte>& Sections::checked(std::string_view name, std::size_t size,
                                                    std::size_t alignment) const {
  const Section* const section = find(name);
  if (section == nullptr) fail(name, "is missing");
  const base::FlatArray<std::byte>& bytes = section->bytes;
  if (bytes.size() % size != 0) {
    fail(name, std::to_string(bytes.size()) + " bytes are no whole number of elements of " +
                   std::to_string(size));
  }
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignment != 0) {
    fail(name, "its elements are not at multiples of " + std::to_string(alignment) + " bytes");
  }
  return bytes;
}

}  // namespace m2v::formats
