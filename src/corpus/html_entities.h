#pragma once

#include <cstddef>
#include <string_view>

namespace m2v::corpus {

/// The character that `text`, which begins with '&', has there as &name; &#number; or &#xnumber;
/// (the semicolon may be missing). Returns how many bytes it takes; 0: it is just an '&'.
std::size_t entity_at(std::string_view text, char32_t& code);

}  // namespace m2v::corpus
