#include <string>
#include <string_view>
#include <utility>

#include "base/ascii_space.h"
#include "documents/readers.h"
#include "text/lines.h"

namespace m2v::documents {
namespace {

/// Groups lines into paragraphs.
class BlockBuilder {
 public:
  explicit BlockBuilder(std::vector<Block>& blocks) : blocks_(blocks) {}

  void add_line(const text::Lines& lines) {
    if (!open_) blocks_.push_back({.begin = lines.begin(), .location = lines.number()});
    blocks_.back().end = lines.end();
    open_ = true;
  }
  void end_paragraph() { open_ = false; }

 private:
  std::vector<Block>& blocks_;
  bool open_ = false;
};

Document in_paragraphs(std::string bytes) {
  Document document;
  document.text = std::move(bytes);
  BlockBuilder blocks(document.blocks);
  for (text::Lines lines(document.text); lines.next();) {
    if (base::is_ascii_blank(lines.line())) {
      blocks.end_paragraph();
    } else {
      blocks.add_line(lines);
    }
  }
  return document;
}

}  // namespace

Document read_text(std::string bytes) { return in_paragraphs(std::move(bytes)); }

Document read_code(std::string bytes) {
  Document document = in_paragraphs(std::move(bytes));
  document.cut_at_lines = true;
  return document;
}

}  // namespace m2v::documents
