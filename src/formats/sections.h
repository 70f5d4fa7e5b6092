#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/flat_array.h"

namespace m2v::core {

/// Named arrays: what a section file holds, and what is put into one.
class Sections {
 public:
  struct Section {
    std::string name;
    FlatArray<std::byte> bytes;
    std::size_t aligned_at = 0;  ///< The byte that is put at a multiple of 64 in a file.
    /// What follows `bytes`, where it lies: of sections that are to be written alone.
    std::vector<FlatArray<std::byte>> rest = {};
  };

  Sections() = default;
  /// `file` is what errors call it.
  explicit Sections(std::string file) : file_(std::move(file)) {}

  template <typename T>
  void add(std::string_view name, const FlatArray<T>& array, std::size_t aligned_at = 0) {
    sections_.push_back({std::string(name), array.as_bytes(), aligned_at, {}});
  }
  void add(std::string_view name, std::string_view text);  ///< Copies the text.
  /// A section that lies in pieces, to be written to a file.
  void add(std::string_view name, std::vector<FlatArray<std::byte>> pieces);

  /// Null if there is none of that name.
  const Section* find(std::string_view name) const noexcept;
  bool has(std::string_view name) const noexcept { return find(name) != nullptr; }

  /// The elements where they lie. Throws FormatError if there is no such section, if it is not a
  /// whole number of elements, or if they are not aligned.
  template <typename T>
  FlatArray<T> array(std::string_view name) const {
    const FlatArray<std::byte>& bytes = checked(name, sizeof(T), alignof(T));
    return {{reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)}, bytes.owner()};
  }
  /// The characters, as long as this or a copy of it. Throws FormatError if there are none.
  std::string_view text(std::string_view name) const { return array<char>(name).view(); }

  const std::string& file() const noexcept { return file_; }
  const std::vector<Section>& all() const noexcept { return sections_; }
  [[noreturn]] void fail(std::string_view name, const std::string& problem) const;

 private:
  const FlatArray<std::byte>& checked(std::string_view name, std::size_t size,
                                      std::size_t alignment) const;

  std::string file_;
  std::vector<Section> sections_;
};

}  // namespace m2v::core
