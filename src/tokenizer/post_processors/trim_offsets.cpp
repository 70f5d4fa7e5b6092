#include "tokenizer/post_processors/trim_offsets.h"

#include <algorithm>

#include "text/unicode.h"
#include "tokenizer/byte_alphabet.h"

namespace m2v::tokenizer {
namespace {

bool is_space(char32_t c) { return c == kByteAlphabet[' '] || text::is_whitespace(c); }

}  // namespace

void trim_offsets(std::vector<EncodedToken>& tokens, bool space_in_front) {
  for (EncodedToken& token : tokens) {
    const std::u32string characters = text::to_utf32(token.text);
    auto leading = static_cast<std::size_t>(std::ranges::find_if_not(characters, is_space) -
                                            characters.begin());
    const auto trailing = static_cast<std::size_t>(
        std::find_if_not(characters.rbegin(), characters.rend(), is_space) - characters.rbegin());
    // A single leading space of the first token may have been inserted; if there are several, none
    // was inserted.
    const bool is_first = &token == &tokens.front() || token.begin == 0;
    if (space_in_front && is_first && leading == 1) leading = 0;
    token.begin = std::min(token.begin + leading, token.end);
    if (token.end >= trailing) token.end = std::max(token.end - trailing, token.begin);
  }
}

}  // namespace m2v::tokenizer
