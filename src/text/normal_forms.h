#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace m2v::text {

/// The Unicode normalization forms (Unicode Standard Annex 15).
enum class NormalForm : std::uint8_t { kD, kC, kKd, kKc };

/// A character of a rewritten text, with its alignment to the original text.
struct Rewritten {
  char32_t character;
  /// The number of original characters that it replaces. 0 if it was inserted after the characters
  /// that its predecessor replaces.
  std::uint32_t taken;
  bool operator==(const Rewritten&) const = default;
};

/// Appends the normal form of a text. The first part of a decomposed character replaces it,
/// wherever canonical ordering then moves that part; the other parts are inserted. A composed
/// character replaces all that its parts replace. The alignments are those of `tokenizers`.
void normalize(std::u32string_view text, NormalForm form, std::vector<Rewritten>& out);

/// Returns the canonical composition of two characters, or 0 if they do not compose.
char32_t compose(char32_t first, char32_t second) noexcept;

/// Whether the normalizer StripAccents removes c: it is a mark of any kind in Unicode 9.
bool is_combining_mark(char32_t c) noexcept;

}  // namespace m2v::text
