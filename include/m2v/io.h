#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/export.h"
#include "m2v/text_format.h"
#include "m2v/types.h"

namespace m2v {

/// Texts read from a file, in order. They are copies, of which many lie in a temporary file; the
/// views live as long as this object.
class M2V_API TextFile {
 public:
  /// "-" is standard input, by default lines. Ill-formed parts of a text are U+FFFD. LF ends a
  /// line, one CR before it is dropped, and a final LF starts no text. Throws IoError, or
  /// FormatError with the line; a file that is no text is a FormatError too.
  static TextFile read(const std::filesystem::path& path, const TextOptions& options = {});
  ~TextFile();
  TextFile(TextFile&&) noexcept;
  TextFile& operator=(TextFile&&) noexcept;

  Texts texts() const noexcept;
  std::size_t bytes() const noexcept;  ///< Of all texts together.
  /// The line on which a text begins, from 1 on.
  std::size_t line(std::size_t text) const noexcept;

 private:
  struct Impl;
  explicit TextFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The same texts block by block, in order: memory stays at a few megabytes, or the longest line,
/// however much there is to read.
class M2V_API TextStream {
 public:
  /// Throws IoError.
  static TextStream open(const std::filesystem::path& path, const TextOptions& options = {});
  ~TextStream();
  TextStream(TextStream&&) noexcept;
  TextStream& operator=(TextStream&&) noexcept;

  /// The next texts, as many as are worth working on at once; none at the end. The views live until
  /// the next call. Throws IoError, or FormatError with the line.
  Texts next();

  /// Of the file, compressed as it may be, by the texts given so far.
  std::size_t bytes_read() const noexcept;
  std::size_t bytes_in_all() const noexcept;  ///< 0 if nobody can know: a pipe.

 private:
  struct Impl;
  explicit TextStream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The values of a .npy file as float32: [rows, columns], or a column of [rows]. Stored may be
/// float16, float32, float64, int32 or int64, in either order of bytes, by rows or by columns.
/// Throws IoError or FormatError.
M2V_API Matrix read_vectors(const std::filesystem::path& path);

/// Writes vectors as they come, then all at once into place: the file appears when finish()
/// succeeds, and not before; destroying an unfinished writer leaves nothing behind.
class M2V_API VectorWriter {
 public:
  /// By extension: .npy (float32 [rows, dim]), .safetensors (tensor `embeddings`), .f32 (raw),
  /// .jsonl ({"vector": [...]}). "-" streams raw float32 to standard output. An empty path streams
  /// JSONL to standard output. Throws std::invalid_argument for another extension, or for a pipe
  /// named .npy or .safetensors: their headers are completed at the end.
  static VectorWriter open(const std::filesystem::path& path, std::size_t dim);
  ~VectorWriter();
  VectorWriter(VectorWriter&&) noexcept;
  VectorWriter& operator=(VectorWriter&&) noexcept;

  /// Appends rows. Throws IoError (disk full, closed pipe).
  void write(MatrixView rows);
  /// Flushes, syncs and renames into place. Throws IoError.
  void finish();

 private:
  struct Impl;
  explicit VectorWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Writes text as it comes: to a file that appears when finish() succeeds, and not before; or to a
/// pipe, a device or, for an empty path or "-", standard output.
class M2V_API TextWriter {
 public:
  static TextWriter open(const std::filesystem::path& path);  ///< Throws IoError.
  ~TextWriter();
  TextWriter(TextWriter&&) noexcept;
  TextWriter& operator=(TextWriter&&) noexcept;

  void write(std::string_view text);  ///< Throws IoError (disk full, closed pipe).
  void finish();                      ///< Flushes, syncs and renames into place. Throws IoError.

 private:
  struct Impl;
  explicit TextWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Writes one matrix a text, of varying numbers of rows: token vectors.
/// .jsonl: {"vectors": [[...], ...]} a line; .safetensors: `embeddings` [all rows, dim] and
/// `offsets` int64 [texts + 1]; empty path: JSONL to standard output.
/// Throws IoError, or std::invalid_argument for another extension.
M2V_API void write_sequences(const std::filesystem::path& path, std::span<const Matrix> sequences,
                             std::size_t dim);

}  // namespace m2v
