#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii_space.h"
#include "documents/document_front_matter.h"
#include "documents/html_entities.h"
#include "documents/readers.h"
#include "m2v/error.h"
#include "text/unicode.h"

#ifdef M2V_WITH_MD4C
#include <md4c.h>
#endif

namespace m2v::documents {

#ifdef M2V_WITH_MD4C
namespace {

/// Builds a document from the callbacks of md4c, a Markdown parser.
class MarkdownReader {
 public:
  /// `first_line` is the line of the file on which the text begins, from 1.
  MarkdownReader(std::string_view text, std::uint32_t first_line)
      : text_(text), known_line_(first_line), known_(text.data()) {
    document_.locations = LocationUnit::kLines;  // line breaks are kept, except in HTML
  }

  /// Parses the text. Returns false if it exceeds max_work(). Throws std::bad_alloc.
  bool read() {
    constexpr unsigned kFlags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS;
    const MD_PARSER parser{
        0,
        kFlags,
        [](MD_BLOCKTYPE type, void* detail, void* self) {
          return guarded(self, [&](MarkdownReader& r) { r.enter_block(type, detail); });
        },
        [](MD_BLOCKTYPE type, void*, void* self) {
          return guarded(self, [&](MarkdownReader& r) { r.leave_block(type); });
        },
        [](MD_SPANTYPE type, void* detail, void* self) {
          return guarded(self, [&](MarkdownReader& r) { r.enter_span(type, detail); });
        },
        [](MD_SPANTYPE, void*, void*) { return 0; },
        [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* self) {
          return guarded(self, [&](MarkdownReader& r) { r.add(type, {text, size}); });
        },
        nullptr,
        nullptr};
    const int result = md_parse(text_.data(), static_cast<MD_SIZE>(text_.size()), &parser, this);
    if (problem_) std::rethrow_exception(problem_);
    if (result < 0) throw std::bad_alloc();
    end_block();
    return work_ <= max_work();
  }

  Document take() { return std::move(document_); }

 private:
  /// Runs a callback of md4c, which is C code and must not see exceptions. Returns 1 to stop md4c.
  template <typename Use>
  static int guarded(void* self, const Use& use) noexcept {
    auto& reader = *static_cast<MarkdownReader*>(self);
    try {
      use(reader);
    } catch (...) {
      reader.problem_ = std::current_exception();
      return 1;
    }
    return ++reader.work_ > reader.max_work() ? 1 : 0;
  }

  /// The maximum number of callbacks plus bytes of link targets and titles. With link references, a
  /// text of n bytes can produce on the order of n * n.
  std::size_t max_work() const { return 16 * text_.size() + (std::size_t{1} << 20); }

  void enter_block(MD_BLOCKTYPE type, void* detail) {
    if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
      space_ = open_;
      return;
    }
    end_block();
    if (type == MD_BLOCK_H) {
      level_ = static_cast<std::uint8_t>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level);
    }
    in_html_ = type == MD_BLOCK_HTML;
  }

  void leave_block(MD_BLOCKTYPE type) {
    if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) return;
    if (type == MD_BLOCK_H && !open_) open_block(known_);  // an empty heading
    end_block();
    if (type == MD_BLOCK_HTML) add_html();
    in_html_ = false;
    level_ = 0;
  }

  void enter_span(MD_SPANTYPE type, void* detail) {
    if (type == MD_SPAN_A) {
      const auto& link = *static_cast<MD_SPAN_A_DETAIL*>(detail);
      work_ += link.href.size + link.title.size;
    } else if (type == MD_SPAN_IMG) {
      const auto& image = *static_cast<MD_SPAN_IMG_DETAIL*>(detail);
      work_ += image.src.size + image.title.size;
    }
  }

  void add(MD_TEXTTYPE type, std::string_view text) {
    switch (type) {
      case MD_TEXT_HTML:
        add_markup(text);
        return;
      case MD_TEXT_NULLCHAR:
        if (!in_html_) return append(text, "\uFFFD");
        html_ += "\uFFFD";
        return;
      case MD_TEXT_BR:
      case MD_TEXT_SOFTBR:
        return append(text, "\n");
      case MD_TEXT_ENTITY:
        return add_entity(text);
      default:
        return append(text, text);
    }
  }

  /// Unlike HTML, CommonMark has no character references without a semicolon.
  void add_entity(std::string_view text) {
    std::string decoded;
    const bool known = decode_entity(text, decoded) == text.size();
    append(text, !known ? text : decoded == "\u00A0" ? " " : std::string_view(decoded));
  }

  /// Handles a line of an HTML block or, within a paragraph, a tag or comment.
  void add_markup(std::string_view text) {
    if (in_html_) {
      const std::uint32_t line = line_of(std::to_address(text.begin()));
      if (html_.empty()) html_line_ = line;
      html_ += text;
      line_of(
          std::to_address(text.end()));  // later text of unknown position does not come before it
    } else if (text.starts_with("<br")) {
      space_ = open_;
    }
  }

  void add_html() {
    const Document part = read_html(html_);
    for (const Block& block : part.blocks) {
      separate();
      document_.blocks.push_back({.begin = document_.text.size(),
                                  .end = document_.text.size() + block.end - block.begin,
                                  .location = html_line_ + block.location - 1,
                                  .level = block.level});
      document_.text += std::string_view(part.text).substr(block.begin, block.end - block.begin);
    }
    html_.clear();
  }

  /// Appends text to the current block. `source` is its Markdown, from which the line follows.
  void append(std::string_view source, std::string_view text) {
    if (!open_) open_block(std::to_address(source.begin()));
    if (std::exchange(space_, false)) document_.text += ' ';
    document_.text += text;
  }

  void open_block(const char* source) {
    separate();
    document_.blocks.push_back(
        {.begin = document_.text.size(), .location = line_of(source), .level = level_});
    open_ = true;
  }

  void separate() {
    if (!document_.text.empty()) document_.text += "\n\n";
  }

  /// Ends the block, without trailing whitespace. Drops a paragraph that is empty.
  void end_block() {
    if (!std::exchange(open_, false)) return;
    space_ = false;
    Block& block = document_.blocks.back();
    std::string& text = document_.text;
    while (text.size() > block.begin && base::is_ascii_space(text.back())) text.pop_back();
    block.end = text.size();
    if (block.begin == block.end && block.level == 0) document_.blocks.pop_back();
  }

  /// Returns the line of a position in the text, or the last known line for md4c's own strings.
  std::uint32_t line_of(const char* where) {
    const std::less<> before;
    const char* const end = text_.data() + text_.size();
    if (before(known_, where) && !before(end, where)) {
      known_line_ += static_cast<std::uint32_t>(std::count(known_, where, '\n'));
      known_ = where;
    }
    return known_line_;
  }

  std::string_view text_;
  std::uint32_t known_line_;  // the line of known_
  const char* known_;         // a position in text_
  Document document_;
  bool open_ = false;   // a block has begun
  bool space_ = false;  // a space comes before the next text of the block
  bool in_html_ = false;
  std::uint8_t level_ = 0;  // level of the current heading, or 0
  std::string html_;        // the current HTML block, which begins on html_line_
  std::uint32_t html_line_ = 1;
  std::size_t work_ = 0;
  std::exception_ptr problem_;
};

}  // namespace

Document read_markdown(std::string bytes, const std::string& file,
                       std::vector<std::string>& warnings) {
  if (bytes.size() > std::numeric_limits<MD_SIZE>::max() / 2) {
    throw Error(file + ": Markdown files over 2 GB are not supported");
  }
  const DocumentFrontMatter front_matter = read_document_front_matter(bytes);
  const std::string_view text = std::string_view(bytes).substr(front_matter.size);
  MarkdownReader reader(text, front_matter.lines + 1);
  Document document;
  if (reader.read()) {
    document = reader.take();
  } else {
    warnings.push_back(file + ": read as plain text: its links are too long to be followed");
    document = read_text(std::move(bytes));
  }
  document.title = front_matter.title;
  return document;
}

#else

Document read_markdown(std::string, const std::string& file, std::vector<std::string>&) {
  throw Error(file + ": cannot read Markdown: m2v was built without md4c");
}

#endif

}  // namespace m2v::documents
