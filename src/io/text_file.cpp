#include <algorithm>
#include <string>
#include <utility>

#include "core/scratch_text.h"
#include "io/input_bytes.h"
#include "io/text_format.h"
#include "m2v/io.h"

namespace m2v {
struct TextFile::Impl {
  io::InputBytes input;
  core::ScratchText decoded;  ///< Texts of JSONL.
  std::vector<std::string_view> texts;
  std::size_t bytes = 0;
};

TextFile TextFile::read(const std::filesystem::path& path) {
  auto impl = std::make_unique<Impl>();
  impl->input = io::InputBytes(path);
  std::string_view content = impl->input.text();
  const io::TextFormat format(path);
  impl->texts.reserve(static_cast<std::size_t>(std::ranges::count(content, '\n')) + 1);
  std::string decoded;
  for (std::size_t number = 1; !content.empty(); ++number) {
    const std::string_view line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(content.size(), line.size() + 1));
    std::string_view text = format.text(line, number, decoded);
    if (format.is_decoded()) text = impl->decoded.keep(decoded);
    impl->texts.push_back(text);
    impl->bytes += text.size();
  }
  return TextFile(std::move(impl));
}

TextFile::TextFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextFile::~TextFile() = default;
TextFile::TextFile(TextFile&&) noexcept = default;
TextFile& TextFile::operator=(TextFile&&) noexcept = default;

Texts TextFile::texts() const noexcept { return impl_->texts; }
std::size_t TextFile::bytes() const noexcept { return impl_->bytes; }

}  // namespace m2v
