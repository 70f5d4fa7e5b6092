#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>

#include "m2v/export.h"
#include "m2v/text_format.h"
#include "m2v/types.h"

// Files of texts: TextFile reads a whole file, TextStream reads one of any size block by block, and
// TextWriter writes text. docs/texts.md describes the formats.
//
//   auto stream = m2v::TextStream::open("texts.jsonl.gz");
//   for (m2v::Texts texts = stream.next(); !texts.empty(); texts = stream.next()) {
//     writer.write(model.encode(texts));  // see m2v/vector_file.h
//   }

namespace m2v {

/// The texts of a file, in order. They are copies, most of which may be held in a temporary file
/// rather than in memory. Views are valid as long as this object.
class M2V_API TextFile {
 public:
  /// Reads a file; "-" is standard input, with one text per line unless options.format is set.
  /// Ill-formed parts of a text become U+FFFD. A line ends with LF or CR LF; a final LF does not
  /// start another text. Throws IoError; FormatError, with the line if there is one, also for a
  /// binary file; or std::invalid_argument if options.text_field is set for a file of lines.
  [[nodiscard]] static TextFile read(const std::filesystem::path& path,
                                     const TextOptions& options = {});
  ~TextFile();
  TextFile(TextFile&&) noexcept;
  TextFile& operator=(TextFile&&) noexcept;

  Texts texts() const noexcept;        ///< All texts, in file order.
  std::size_t bytes() const noexcept;  ///< Total size of the texts in bytes.
  /// Returns the line on which a text begins, counted from 1. Precondition: text < texts().size().
  std::size_t line(std::size_t text) const noexcept;

 private:
  struct Impl;
  explicit TextFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Reads the same texts block by block, in order. Takes a few megabytes of memory, or as much as
/// the longest line, regardless of the size of the file.
class M2V_API TextStream {
 public:
  /// Opens a file; "-" is standard input. Throws IoError, or std::invalid_argument if
  /// options.text_field is set for a file of lines.
  [[nodiscard]] static TextStream open(const std::filesystem::path& path,
                                       const TextOptions& options = {});
  ~TextStream();
  TextStream(TextStream&&) noexcept;
  TextStream& operator=(TextStream&&) noexcept;

  /// Returns the next texts, as many as make a suitable batch, or none at the end. The views are
  /// valid until the next call. Throws IoError, or FormatError with the line.
  Texts next();

  /// Returns the number of bytes of the file, as stored (possibly compressed), that the texts
  /// returned so far took up.
  std::size_t bytes_read() const noexcept;
  /// Returns the size of the file in bytes; 0 if it is unknown, as for a pipe.
  std::size_t total_bytes() const noexcept;

 private:
  struct Impl;
  explicit TextStream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Writes text to a file, which appears only when finish() succeeds, or directly to a pipe, a
/// device or standard output. Destroying an unfinished writer leaves no file behind.
class M2V_API TextWriter {
 public:
  /// Opens a file for writing; an empty path or "-" is standard output. Throws IoError.
  [[nodiscard]] static TextWriter open(const std::filesystem::path& path);
  ~TextWriter();
  TextWriter(TextWriter&&) noexcept;
  TextWriter& operator=(TextWriter&&) noexcept;

  void write(std::string_view text);  ///< Appends text. Throws IoError (disk full, closed pipe).
  void finish();                      ///< Flushes, syncs and renames into place. Throws IoError.

 private:
  struct Impl;
  explicit TextWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace m2v
