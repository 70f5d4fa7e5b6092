#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/document.h"
#include "corpus/kinds.h"
#include "m2v/error.h"

namespace m2v::corpus {

/// PDFs cannot be read on this machine.
struct NoPdfProgram : Error {
  NoPdfProgram() : Error("the program pdftotext is not installed (Debian: poppler-utils)") {}
};

/// Reads a file of a kind, with sentences in `warnings` about what is read in another way than
/// its kind says. Throws IoError, or Error that names the file and says why it cannot be read: it
/// is binary or too large, its encoding is unknown.
Document read_document(const std::filesystem::path& path, Kind kind, std::size_t max_bytes,
                       std::vector<std::string>& warnings);

// One reader a kind: from the bytes of a file to its document.

/// Text in paragraphs, which empty lines separate.
Document read_text(std::string bytes);
/// The text of Markdown as CommonMark has it, with tables, without its front matter, whose `title`
/// is the document's; HTML in it as read_html() has it. Where links are a trap it is read as plain
/// text, with a sentence in `warnings`. Throws Error that names `file` if there is too much of it.
Document read_markdown(std::string bytes, const std::string& file,
                       std::vector<std::string>& warnings);
/// Paragraphs of lines of code.
Document read_code(std::string bytes);
/// The text of a page, without tags, scripts and styles; its title, headings and blocks.
Document read_html(std::string_view bytes);
/// A document a line: `title` is its heading, `text` the rest. Lines that are wrong are left
/// out; `file` is what they are told of as.
Document read_json_lines(std::string_view bytes, const std::string& file);
/// A document a row: the column `text` under the heading in `title` if the first row names them,
/// else all cells, joined by ", ". CSV has quotes as in RFC 4180, TSV has none. What follows a
/// quote without an end is left out.
Document read_table(std::string_view bytes, char separator, const std::string& file);
/// What pdftotext makes of it, page by page. Throws NoPdfProgram, IoError, or Error.
Document read_pdf(const std::filesystem::path& path, std::size_t max_bytes);

}  // namespace m2v::corpus
