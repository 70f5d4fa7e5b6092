#include <memory>
#include <utility>

#include "base/output_file.h"
#include "m2v/text_file.h"

namespace m2v {

struct TextWriter::Impl {
  base::OutputFile file;
};

TextWriter TextWriter::open(const std::filesystem::path& path) {
  return TextWriter(std::make_unique<Impl>(Impl{base::OutputFile::open(path)}));
}

TextWriter::TextWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextWriter::~TextWriter() = default;
TextWriter::TextWriter(TextWriter&&) noexcept = default;
TextWriter& TextWriter::operator=(TextWriter&&) noexcept = default;

void TextWriter::write(std::string_view text) { impl_->file.write(text); }
void TextWriter::finish() { impl_->file.finish(); }

}  // namespace m2v
