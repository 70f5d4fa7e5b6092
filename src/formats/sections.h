#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/flat_array.h"

namespace m2v::formats {

/// The named arrays of a section file, or those to be written to one. Copies share the arrays.
class Sections {
 public:
  struct Section {
    std::string name;
    base::FlatArray<std::byte> bytes;
    std::size_t aligned_offset = 0;  ///< The offset in the section that a file aligns to 64 bytes.
    /// Further pieces that follow `bytes`. Only in sections that are to be written.
    std::vector<base::FlatArray<std::byte>> rest = {};
  };

  Sections() = default;
  /// Errors name `file`.
  explicit Sections(std::string file) : file_(std::move(file)) {}

  /// Adds a section that shares the elements of `array`.
  template <typename T>
  void add(std::string_view name, const base::FlatArray<T>& array, std::size_t aligned_offset = 0) {
    sections_.push_back({std::string(name), array.as_bytes(), aligned_offset, {}});
  }
  void add(std::string_view name, std::string_view text);  ///< Adds a copy of the text.
  /// Adds a section that is the concatenation of `pieces`. It can be written but not read.
  void add(std::string_view name, std::vector<base::FlatArray<std::byte>> pieces);

  /// Returns the section of that name, or null if there is none.
  const Section* find(std::string_view name) const noexcept;
  bool has(std::string_view name) const noexcept { return find(name) != nullptr; }

  /// Returns a section as an array that shares its memory. Throws FormatError if there is no such
  /// section, if its size is not a multiple of sizeof(T), or if it is not aligned for T.
  template <typename T>
  base::FlatArray<T> array(std::string_view name) const {
    const base::FlatArray<std::byte>& bytes = checked(name, sizeof(T), alignof(T));
    return {{reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)}, bytes.owner()};
  }
  /// Returns a section as characters, which are valid as long as this object or a copy of it.
  /// Throws FormatError if there is no such section.
  std::string_view text(std::string_view name) const { return array<char>(name).view(); }

  const std::string& file() const noexcept { return file_; }
  const std::vector<Section>& all() const noexcept { return sections_; }  ///< In the order added.
  /// Throws a FormatError that names the file and the section.
  [[noreturn]] void fail(std::string_view name, const std::string& problem) const;

 private:
  const base::FlatArray<std::byte>& checked(std::string_view name, std::size_t size,
                                            std::size_t alignment) const;

  std::string file_;
  std::vector<Section> sections_;
};

}  // namespace m2v::formats
