#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>

#include "base/extension.h"
#include "base/output_file.h"
#include "formats/vector_formats.h"
#include "m2v/vector_file.h"

namespace m2v {
namespace {

enum class Format { kRaw, kNpy, kSafetensors, kJsonLines };

Format format_of(const std::filesystem::path& path) {
  if (path.empty()) return Format::kJsonLines;
  if (path == "-") return Format::kRaw;
  const std::string extension = base::lower_extension(path);
  if (extension == ".npy") return Format::kNpy;
  if (extension == ".safetensors") return Format::kSafetensors;
  if (extension == ".f32") return Format::kRaw;
  if (extension == ".jsonl") return Format::kJsonLines;
  throw std::invalid_argument("cannot tell the format of " + path.string() +
                              ": name it .npy, .safetensors, .f32 or .jsonl");
}

Format sequence_format_of(const std::filesystem::path& path) {
  const Format format = path == "-" ? Format::kNpy : format_of(path);
  if (format != Format::kSafetensors && format != Format::kJsonLines) {
    throw std::invalid_argument("token vectors cannot be written to " + path.string() +
                                ": name it .jsonl or .safetensors");
  }
  return format;
}

/// Returns the size of a matrix in bytes. Throws std::invalid_argument if it overflows, so that
/// later products of its sizes need no checks.
std::size_t matrix_bytes(std::size_t rows, std::size_t dim) {
  constexpr std::size_t kMaxValues = std::numeric_limits<std::size_t>::max() / sizeof(float);
  if (dim != 0 && rows > kMaxValues / dim) {
    throw std::invalid_argument(std::to_string(rows) + " rows of " + std::to_string(dim) +
                                " values are more than memory can address");
  }
  return rows * dim * sizeof(float);
}

/// Returns the header of a file; empty if the format has none. Its size does not depend on `rows`.
std::string header_of(Format format, std::size_t rows, std::size_t dim) {
  constexpr std::size_t kSafetensorsBytes = 192;
  const std::size_t bytes = matrix_bytes(rows, dim);
  if (format == Format::kNpy) return formats::npy_header(rows, dim);
  if (format != Format::kSafetensors) return {};
  const formats::TensorEntry table{"embeddings", "F32", {rows, dim}, bytes};
  return formats::safetensors_header(std::span(&table, 1), kSafetensorsBytes);
}

}  // namespace

struct VectorWriter::Impl {
  base::OutputFile file;
  Format format;
  std::size_t dim;
  std::size_t rows = 0;
  bool finished = false;
  std::string line;
};

VectorWriter VectorWriter::open(const std::filesystem::path& path, std::size_t dim) {
  const Format format = format_of(path);
  auto impl = std::make_unique<Impl>(Impl{base::OutputFile::open(path), format, dim, 0, false, {}});
  const std::string header = header_of(format, 0, dim);
  if (!header.empty() && !impl->file.can_rewrite()) {
    throw std::invalid_argument(path.string() +
                                " is a pipe or a device: name it .f32 or .jsonl, or pass -");
  }
  impl->file.write(header);
  return VectorWriter(std::move(impl));
}

VectorWriter::VectorWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
VectorWriter::~VectorWriter() = default;
VectorWriter::VectorWriter(VectorWriter&&) noexcept = default;
VectorWriter& VectorWriter::operator=(VectorWriter&&) noexcept = default;

void VectorWriter::write(MatrixView rows) {
  if (rows.rows == 0) return;
  if (rows.cols != impl_->dim) {
    throw std::invalid_argument("rows of " + std::to_string(rows.cols) + " values, not " +
                                std::to_string(impl_->dim));
  }
  if (impl_->finished) throw std::invalid_argument("write() was called after finish()");
  impl_->rows += rows.rows;
  if (impl_->format != Format::kJsonLines) {
    impl_->file.write(std::as_bytes(std::span(rows.data, rows.rows * rows.cols)));
    return;
  }
  for (std::size_t i = 0; i < rows.rows; ++i) {
    impl_->line = "{\"vector\": ";
    formats::append_json_vector(impl_->line, rows.row(i));
    impl_->line += "}\n";
    impl_->file.write(impl_->line);
  }
}

void VectorWriter::finish() {
  if (std::exchange(impl_->finished, true)) return;
  const std::string header = header_of(impl_->format, impl_->rows, impl_->dim);
  if (!header.empty()) impl_->file.rewrite_start(header);
  impl_->file.finish();
}

void write_sequences(const std::filesystem::path& path, std::span<const Matrix> sequences,
                     std::size_t dim) {
  const Format format = sequence_format_of(path);
  std::vector<std::int64_t> offsets = {0};
  for (const Matrix& sequence : sequences) {
    if (sequence.rows != 0 && sequence.cols != dim) {
      throw std::invalid_argument("rows of " + std::to_string(sequence.cols) + " values, not " +
                                  std::to_string(dim));
    }
    offsets.push_back(offsets.back() + static_cast<std::int64_t>(sequence.rows));
  }
  base::OutputFile file = base::OutputFile::open(path);
  if (format == Format::kSafetensors) {
    const auto rows = static_cast<std::size_t>(offsets.back());
    const auto offset_bytes = std::as_bytes(std::span(offsets));
    // In the order of the reference implementation: the type with the largest alignment first.
    const formats::TensorEntry tensors[] = {
        {"offsets", "I64", {offsets.size()}, offset_bytes.size()},
        {"embeddings", "F32", {rows, dim}, matrix_bytes(rows, dim)},
    };
    file.write(formats::safetensors_header(tensors));
    file.write(offset_bytes);
    for (const Matrix& sequence : sequences) {
      file.write(std::as_bytes(std::span(sequence.data.data(), sequence.rows * sequence.cols)));
    }
  } else {
    std::string line;
    for (const Matrix& sequence : sequences) {
      line = "{\"vectors\": [";
      for (std::size_t i = 0; i < sequence.rows; ++i) {
        if (i > 0) line += ", ";
        formats::append_json_vector(line, sequence.row(i));
      }
      file.write(line + "]}\n");
    }
  }
  file.finish();
}

}  // namespace m2v
