#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/event.h"
#include "m2v/export.h"
#include "m2v/text_file.h"
#include "m2v/tokenizer.h"
#include "m2v/types.h"

// Reads the documents of a folder and cuts them into passages, ready to be searched.
//
//   const auto corpus = m2v::Corpus::read("path/to/folder", model.tokenizer());
//   const m2v::PassageSearch search(model, corpus.texts());  // see m2v/passage_search.h

namespace m2v {

/// A part of a document that is searched as a unit. The views are valid as long as its Corpus.
struct Passage {
  std::string_view text;
  /// The headings above it, joined by " › "; if there are none, the name of the file.
  std::string_view title;
  std::string_view file;  ///< Path of the file, beginning with the folder as given to read().
  std::size_t line = 0;   ///< Line of the file on which it begins, from 1; 0 in a PDF.
  std::size_t page = 0;   ///< Page of a PDF, from 1; 0 in other files.
};

/// Options of Corpus::read().
struct CorpusOptions {
  std::size_t passage_tokens = 200;  ///< Maximum length of a passage in tokens; at least 8.
  /// Maximum number of tokens repeated from the passage before, where a paragraph has to be cut;
  /// less than passage_tokens.
  std::size_t overlap_tokens = 32;
  /// Shell patterns (* ? [...]) that select files. A pattern with a slash is matched against the
  /// path below the folder, any other against the file's name; * also matches slashes. Empty: all
  /// files of known kinds. A selected file of an unknown kind is read as plain text.
  std::vector<std::string> include = {};
  std::vector<std::string> exclude = {};  ///< Shell patterns of files and folders to skip.
  std::size_t max_file_bytes = std::size_t{256} << 20;  ///< Larger files are left out.
  unsigned threads = 0;                                 ///< 0: one per hardware thread.
};

/// Documents, read and cut into passages. A corpus is immutable and may be used from any number of
/// threads at once.
class M2V_API Corpus {
 public:
  /// Reads all files in a folder and below it, in the order of their names:
  /// - plain text, Markdown, HTML, and source code;
  /// - JSONL: each line is a document, with its text in `text` and, optionally, a `title`;
  /// - CSV and TSV: each row is a document;
  /// - PDF, by means of the program pdftotext.
  ///
  /// Files compressed by gzip or zstd are decompressed. Hidden files, package folders
  /// (node_modules, __pycache__) and files of other kinds are skipped. Links are followed, but
  /// nothing is read twice. Text is UTF-8; a byte order mark selects UTF-16 or UTF-32, and an HTML
  /// page may declare its encoding. Files that cannot be read (binary, too large, unknown encoding,
  /// no permission) are listed in left_out(), and the first ten of them, then the number of the
  /// rest, are reported as warnings.
  ///
  /// A passage consists of as many whole paragraphs as fit, and ends before a heading. A paragraph
  /// that is too long is cut between sentences; source code, between lines. The same files give the
  /// same passages on any number of threads.
  ///
  /// Throws IoError if the folder cannot be read, std::invalid_argument if passage_tokens or
  /// overlap_tokens is out of range, or Cancelled.
  [[nodiscard]] static Corpus read(const std::filesystem::path& folder, const Tokenizer& tokenizer,
                                   const CorpusOptions& options = {}, const OnEvent& on_event = {});

  /// Makes one passage of each text of a file, without a title. `name` is the passages' `file`.
  [[nodiscard]] static Corpus from_lines(TextFile file, const std::filesystem::path& name);

  ~Corpus();
  Corpus(Corpus&&) noexcept;
  Corpus& operator=(Corpus&&) noexcept;

  std::span<const Passage> passages() const noexcept;  ///< All passages, file by file.
  Texts texts() const noexcept;                        ///< The texts of the passages.

  std::size_t files() const noexcept;        ///< Number of files that were read.
  std::size_t other_files() const noexcept;  ///< Number of files of unknown kinds, skipped.
  std::size_t unreadable() const noexcept;   ///< Number of entries of left_out().
  /// The files and folders that could not be read: one sentence each, with the path and the reason.
  std::span<const std::string> left_out() const noexcept;
  /// Number of rows and lines that could not be read, in files that were read.
  std::size_t rows_left_out() const noexcept;
  std::size_t bytes() const noexcept;  ///< Total size of the passages' texts in bytes.

 private:
  struct Impl;
  explicit Corpus(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace m2v
