#include "m2v/text_file.h"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/scratch_text.h"
#include "text/text_records.h"

namespace m2v {

struct TextFile::Impl {
  base::ScratchText copies;
  std::vector<std::string_view> texts;
  /// The lines on which the texts begin. Empty as long as each text t is on line t + 1.
  std::vector<std::size_t> lines;
  std::size_t bytes = 0;

  void add(std::string_view text, std::size_t line) {
    if (lines.empty() && line != texts.size() + 1) {
      for (std::size_t t = 0; t < texts.size(); ++t) lines.push_back(t + 1);
    }
    if (!lines.empty() || line != texts.size() + 1) lines.push_back(line);
    texts.push_back(copies.keep(text));
    bytes += text.size();
  }
};

TextFile TextFile::read(const std::filesystem::path& path, const TextOptions& options) {
  auto impl = std::make_unique<Impl>();
  text::TextRecords records(path, options);
  std::string_view text;
  while (records.next_block()) {
    while (records.next(text)) impl->add(text, records.line());
  }
  return TextFile(std::move(impl));
}

TextFile::TextFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextFile::~TextFile() = default;
TextFile::TextFile(TextFile&&) noexcept = default;
TextFile& TextFile::operator=(TextFile&&) noexcept = default;

Texts TextFile::texts() const noexcept { return impl_->texts; }
std::size_t TextFile::bytes() const noexcept { return impl_->bytes; }
std::size_t TextFile::line(std::size_t text) const noexcept {
  return impl_->lines.empty() ? text + 1 : impl_->lines[text];
}

}  // namespace m2v
