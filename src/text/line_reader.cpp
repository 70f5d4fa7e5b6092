#include "text/line_reader.h"

#include <string_view>

namespace m2v::text {

bool LineReader::next_block() {
  std::size_t searched = 0;
  while (block_ == 0) {
    const std::span<char> rest = buffer_.rest();
    if (at_end_) {
      block_ = rest.size();
      break;
    }
    const std::size_t last =
        std::string_view(rest.data(), rest.size()).substr(searched).rfind('\n');
    if (last != std::string_view::npos) {
      block_ = searched + last + 1;
      break;
    }
    searched = rest.size();
    at_end_ = !buffer_.read_more();
  }
  return block_ > 0;
}

bool LineReader::next(std::span<char>& line) {
  if (block_ == 0) return false;
  const std::span<char> rest = buffer_.rest().first(block_);
  const std::string_view text(rest.data(), rest.size());
  std::size_t size = text.find('\n');
  const std::size_t used = size == std::string_view::npos ? text.size() : size + 1;
  if (size == std::string_view::npos) size = text.size();
  if (size > 0 && text[size - 1] == '\r') --size;
  line = rest.first(size);
  buffer_.use(used);
  block_ -= used;
  ++line_;
  return true;
}

}  // namespace m2v::text
