#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "m2v/text_file.h"
#include "text/text_records.h"

namespace m2v {

struct [[gnu::visibility("hidden")]] TextStream::Impl {
  text::TextRecords records;
  std::vector<std::string_view> texts = {};
  std::size_t done = 0;  ///< The number of bytes of the file that have been used.
};

TextStream TextStream::open(const std::filesystem::path& path, const TextOptions& options) {
  return TextStream(std::make_unique<Impl>(text::TextRecords(path, options)));
}

Texts TextStream::next() {
  constexpr std::size_t kMaxTexts = 16'384;  // few enough that their vectors also fit in memory
  Impl& impl = *impl_;
  impl.texts.clear();
  while (impl.texts.empty() && impl.records.next_block()) {
    std::string_view text;
    while (impl.texts.size() < kMaxTexts && impl.records.next(text)) impl.texts.push_back(text);
  }
  impl.done = impl.records.bytes_used();
  return impl.texts;
}

TextStream::TextStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextStream::~TextStream() = default;
TextStream::TextStream(TextStream&&) noexcept = default;
TextStream& TextStream::operator=(TextStream&&) noexcept = default;

std::size_t TextStream::bytes_read() const noexcept { return impl_->done; }
std::size_t TextStream::total_bytes() const noexcept { return impl_->records.source().file_size(); }

}  // namespace m2v
