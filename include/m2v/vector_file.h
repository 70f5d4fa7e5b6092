#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "m2v/export.h"
#include "m2v/types.h"

// Files of vectors: .npy, .safetensors, JSONL and raw float32.
//
//   auto writer = m2v::VectorWriter::open("vectors.npy", model.dim());
//   writer.write(model.encode(texts));
//   writer.finish();
//   const m2v::Matrix vectors = m2v::read_vectors("vectors.npy");

namespace m2v {

/// Reads a .npy file as float32: [rows, columns]; a one-dimensional array becomes a single column.
/// Values may be stored as float16, float32, float64, int32 or int64, in either byte order, and in
/// C or Fortran order. Throws IoError or FormatError.
[[nodiscard]] M2V_API Matrix read_vectors(const std::filesystem::path& path);

/// Writes vectors to a file, which appears only when finish() succeeds, or directly to a pipe, a
/// device or standard output. Destroying an unfinished writer leaves no file behind.
class M2V_API VectorWriter {
 public:
  /// Opens a file for vectors of `dim` values. The extension determines the format:
  /// - .npy: a float32 array [rows, dim];
  /// - .safetensors: a float32 tensor `embeddings` [rows, dim];
  /// - .f32: raw float32 values;
  /// - .jsonl: one object {"vector": [...]} per line.
  ///
  /// "-" writes raw float32 values to standard output, an empty path JSONL. Throws IoError, or
  /// std::invalid_argument for any other extension, and for a pipe or device named .npy or
  /// .safetensors, whose headers are completed only at the end.
  [[nodiscard]] static VectorWriter open(const std::filesystem::path& path, std::size_t dim);
  ~VectorWriter();
  VectorWriter(VectorWriter&&) noexcept;
  VectorWriter& operator=(VectorWriter&&) noexcept;

  /// Appends rows, [any number, dim]. Throws IoError (disk full, closed pipe), or
  /// std::invalid_argument if the rows do not have `dim` values or finish() was called before.
  void write(MatrixView rows);
  /// Flushes, syncs and renames into place. Throws IoError.
  void finish();

 private:
  struct Impl;
  explicit VectorWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Writes one matrix [tokens, dim] per text, with any number of rows: token vectors. The extension
/// determines the format: .jsonl, one object {"vectors": [[...], ...]} per line; or .safetensors,
/// with the tensors `embeddings` [rows of all texts, dim] and `offsets` (int64, [texts + 1]). An
/// empty path writes JSONL to standard output. The file appears only when it is complete. Throws
/// IoError, or std::invalid_argument for any other extension or a matrix without `dim` columns.
M2V_API void write_sequences(const std::filesystem::path& path, std::span<const Matrix> sequences,
                             std::size_t dim);

}  // namespace m2v
