#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace m2v::unicode {

enum class NormalForm : std::uint8_t { kD, kC, kKd, kKc };

/// A character of a rewritten text, and how many characters of the old text it uses up. None: it
/// has been put in, after what the character before it stands for.
struct Rewritten {
  char32_t character;
  std::uint32_t taken;
  bool operator==(const Rewritten&) const = default;
};

/// Appends the normal form of a text. Of what one character decomposes to, the first part counts as
/// taken from it, wherever the order of the marks then puts it; what is composed counts for all its
/// parts. So do the alignments of `tokenizers`.
void normalize(std::u32string_view text, NormalForm form, std::vector<Rewritten>& out);

/// What two characters compose to; 0 if they do not.
char32_t compose(char32_t first, char32_t second) noexcept;

/// What the normalizer StripAccents drops: marks of all kinds, in Unicode 9.
bool is_combining_mark(char32_t c) noexcept;

}  // namespace m2v::unicode
