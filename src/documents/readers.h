#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "documents/document.h"
#include "documents/kinds.h"
#include "m2v/error.h"

namespace m2v::documents {

/// Thrown if PDFs cannot be read because pdftotext is not installed.
struct NoPdfProgram : Error {
  NoPdfProgram() : Error("the program pdftotext is not installed (Debian: poppler-utils)") {}
};

/// Reads a file of the given kind. Appends a sentence to `warnings` for everything that is read in
/// another way than the kind prescribes. Throws IoError, or Error, naming the file, if it is binary
/// or larger than `max_bytes` (decompressed), or if its encoding is unknown.
Document read_document(const std::filesystem::path& path, Kind kind, std::size_t max_bytes,
                       std::vector<std::string>& warnings);

// One reader per kind, which turns the text of a file, UTF-8, into a document.

/// Reads plain text: paragraphs separated by empty lines.
Document read_text(std::string bytes);
/// Reads the text of Markdown (CommonMark with tables). Its front matter is left out, but for the
/// `title`, which becomes the document's title; HTML blocks are read by read_html(). A text whose
/// link references would multiply its size is read as plain text, with a sentence in `warnings`.
/// Throws Error, naming `file`, if it has more than 2 GB, or if m2v was built without md4c.
Document read_markdown(std::string bytes, const std::string& file,
                       std::vector<std::string>& warnings);
/// Reads source code: paragraphs of lines.
Document read_code(std::string bytes);
/// Reads an HTML page: the text that browsers show, with its title, headings and blocks.
Document read_html(std::string_view bytes);
/// Reads JSON Lines. Each line is a record: its member `text`, under `title` as a heading if there
/// is one. Malformed lines are left out (Document::leave_out), and called by the name `file`.
Document read_json_lines(std::string_view bytes, const std::string& file);
/// Reads CSV (`separator` ',', quotes as in RFC 4180) or TSV ('\t', no quotes). Each row is a
/// record: if the first row has a column `text`, the text in that column, with the column `title`,
/// if any, as a heading; otherwise all cells, joined by ", ". The rows after an unterminated quote
/// are left out.
Document read_table(std::string_view bytes, char separator, const std::string& file);
/// Reads the text of a PDF page by page, by running pdftotext. Throws NoPdfProgram, IoError, or
/// Error if pdftotext fails, takes longer than a minute, or yields more than `max_bytes`.
Document read_pdf(const std::filesystem::path& path, std::size_t max_bytes);

}  // namespace m2v::documents
