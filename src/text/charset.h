#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace m2v::text {

/// Returns the lowercase name of the encoding with the given label, as defined by the WHATWG
/// Encoding standard, or an empty string if the label is unknown. Surrounding whitespace and the
/// case of ASCII letters are ignored.
std::string_view charset_of_label(std::string_view label);

/// The encoding that an HTML page declares.
struct DeclaredCharset {
  std::string_view name = {};  ///< As returned by charset_of_label(); empty if no known one.
  std::string unknown = {};    ///< The first declared label that is unknown; empty if none.
};

/// Finds the declared encoding in the first 1024 bytes of a page, as the HTML standard prescribes
/// ("prescan a byte stream to determine its encoding"): <meta charset>, <meta http-equiv>, or an
/// XML declaration.
DeclaredCharset declared_charset(std::string_view page);

/// Converts text to UTF-8 from the encoding `name`, a result of charset_of_label(). Malformed bytes
/// become U+FFFD. Throws Error for the "replacement" encoding and for encodings that the system's
/// iconv does not support.
std::string decode_charset(std::string_view bytes, std::string_view name);

/// Converts an HTML page to well-formed UTF-8. Its encoding is that of its byte order mark,
/// otherwise the declared one, otherwise UTF-8. A page that declares none and is not UTF-8 is read
/// as damaged UTF-8 if most of its characters beyond ASCII are well-formed, otherwise as
/// windows-1252, as browsers do, with a sentence appended to `warnings`. Throws Error, which names
/// `file`, if the declared encoding is unknown (and the page is not UTF-8) or cannot be decoded.
std::string html_to_utf8(std::string bytes, const std::string& file,
                         std::vector<std::string>& warnings);

}  // namespace m2v::text
