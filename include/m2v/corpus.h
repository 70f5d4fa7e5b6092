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
#include "m2v/io.h"
#include "m2v/tokenizer.h"
#include "m2v/types.h"

namespace m2v {

/// A piece of a document that is searched as a whole. The views live as long as its Corpus.
struct Passage {
  std::string_view text;
  std::string_view title;  ///< Headings above it, " › " between them; without any, the file's name.
  std::string_view file;   ///< The path as it was given, with what lies below it.
  std::size_t line = 0;    ///< Where it begins in the file, from 1; 0 in a PDF.
  std::size_t page = 0;    ///< Of a PDF, from 1; 0 elsewhere.
};

struct CorpusOptions {
  std::size_t passage_tokens = 200;  ///< Of the model's tokenizer, at most; at least 8.
  /// At most so many tokens are repeated where a paragraph has to be cut; less than a passage.
  std::size_t overlap_tokens = 32;
  /// Patterns of the shell (* ? [...]) for a file's name or, with a slash in them, for its path
  /// below the folder; * stands for slashes too. A file of a kind that is not known is read as text
  /// if a pattern of `include` has its name. Empty: all files of known kinds.
  std::vector<std::string> include = {};
  std::vector<std::string> exclude = {};  ///< The same, for folders too.
  std::size_t max_file_bytes = std::size_t{256} << 20;
  unsigned threads = 0;  ///< 0: as many as the machine has.
};

/// Documents, read and cut into passages. Immutable, and safe to use from any number of threads.
class M2V_API Corpus {
 public:
  /// Reads a folder and all below it, in the order of the names: text, Markdown, HTML, JSONL (field
  /// `text`, and `title` if it is there; a line is a document), CSV and TSV (a row is a document),
  /// source code, and PDF by the program pdftotext; gzip and zstd are decompressed. Hidden files,
  /// folders of packages (node_modules, __pycache__) and files of other kinds are passed over; a
  /// link is followed, but nothing is read twice. Text is UTF-8, or UTF-16 or UTF-32 by its byte
  /// order mark, or for HTML the encoding that the page declares. What cannot be read (binary, too
  /// large, an unknown encoding, no permission) is in left_out(), and a warning: the first ten by
  /// name, then their number.
  ///
  /// Passages are whole paragraphs, as many as fit, and end where a heading comes. A paragraph that
  /// is too long is cut between sentences (source code: between lines). The same files give the
  /// same passages on any number of threads.
  ///
  /// Throws IoError if the folder cannot be read, std::invalid_argument for sizes that make no
  /// sense, or Cancelled.
  static Corpus read(const std::filesystem::path& folder, const Tokenizer& tokenizer,
                     const CorpusOptions& options = {}, const OnEvent& on_event = {});

  /// One passage a text of a file, as TextFile reads it, without a title.
  static Corpus from_lines(TextFile file, const std::filesystem::path& name);

  ~Corpus();
  Corpus(Corpus&&) noexcept;
  Corpus& operator=(Corpus&&) noexcept;

  std::span<const Passage> passages() const noexcept;
  Texts texts() const noexcept;  ///< Of the passages.

  std::size_t files() const noexcept;        ///< Files that were read.
  std::size_t other_files() const noexcept;  ///< Files whose kind is not known, passed over.
  std::size_t unreadable() const noexcept;   ///< The number of files and folders in left_out().
  /// The files and folders that could not be read: a sentence each, which begins with the path and
  /// says why.
  std::span<const std::string> left_out() const noexcept;
  /// Rows and lines that could not be read, of files that were.
  std::size_t rows_left_out() const noexcept;
  std::size_t bytes() const noexcept;  ///< Of all passages together.

 private:
  struct Impl;
  explicit Corpus(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace m2v
