#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace m2v::text {

/// The name of an encoding, in lowercase, by one of its labels as the Encoding standard has them;
/// empty for an unknown label. Blanks around a label and the case of letters do not count.
std::string_view charset_of_label(std::string_view label);

/// What a page says of its encoding.
struct DeclaredCharset {
  std::string_view name = {};  ///< As of charset_of_label(); empty: nothing that is known.
  std::string unknown = {};    ///< The first label that is not known; empty: none.
};

/// Looks for a declaration as the HTML standard prescribes ("prescan a byte stream to determine its
/// encoding"): <meta charset>, <meta http-equiv>, or an XML declaration, in the first 1024 bytes.
DeclaredCharset declared_charset(std::string_view page);

/// The text in an encoding of that name as UTF-8; U+FFFD for what means nothing in it. Throws Error
/// for the "replacement" encoding and for one that the system's iconv does not have.
std::string decode_charset(std::string_view bytes, std::string_view name);

/// A page as well-formed UTF-8: by its byte order mark, else by what it declares, else as UTF-8. A
/// page that declares nothing and is no UTF-8 is windows-1252, as in browsers, with a sentence in
/// `warnings`. Throws Error that names `file` where the encoding is unknown or cannot be decoded.
std::string html_to_utf8(std::string bytes, const std::string& file,
                         std::vector<std::string>& warnings);

}  // namespace m2v::text
