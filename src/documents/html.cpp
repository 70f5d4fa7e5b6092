#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "documents/html_elements.h"
#include "documents/html_entities.h"
#include "documents/html_tokenizer.h"
#include "documents/readers.h"

namespace m2v::documents {
namespace {

// Block elements within a heading do not end it until it has this many bytes. Then they do, because
// a heading without an end tag would otherwise take the whole page.
constexpr std::size_t kMaxHeading = 256;

constexpr std::string_view kNoBreakSpace = "\u00A0";

/// The bytes at which a run of plain text ends.
constexpr std::array<bool, 256> kEndsRun = [] {
  std::array<bool, 256> ends{};
  for (const unsigned char c : {' ', '\t', '\n', '\r', '\f', '\v', '&', '\0'}) ends[c] = true;
  return ends;
}();

/// Reads the text of a page as browsers show it, with the structure of its headings and blocks.
class HtmlReader {
 public:
  explicit HtmlReader(std::string_view page)
      : page_(page), tokenizer_(page), is_xml_(page.starts_with("<?xml")) {
    document_.locations = LocationUnit::kLinesOfBlocks;
  }

  Document read() {
    while (true) {
      tokenizer_.allow_cdata(is_xml_ || elements_.in_foreign());
      const HtmlToken& token = tokenizer_.next();
      if (token.kind == HtmlTokenKind::kEnd) break;
      if (token.kind == HtmlTokenKind::kStartTag) start_element(token);
      if (token.kind == HtmlTokenKind::kEndTag) end_element(token);
      if (token.kind == HtmlTokenKind::kText && !elements_.hidden()) {
        read_text(token.text, token.has_references);
      }
    }
    end_block();
    return std::move(document_);
  }

 private:
  void start_element(const HtmlToken& token) {
    const std::uint32_t traits = html_traits(token.name);
    if (elements_.in_foreign()) {
      if ((traits & kHtmlBreaksOut) == 0) {
        constexpr std::uint32_t kKept = kHtmlForeign | kHtmlIntegration;
        if (!token.self_closing) elements_.open(token.name, traits & kKept, false);
        return;
      }
      elements_.close_foreign();
    }
    const bool is_empty =
        token.self_closing && (is_xml_ || (traits & (kHtmlForeign | kHtmlIntegration)) != 0);
    if (token.name == "title") {
      if (!is_empty) read_title();
    } else if ((traits & kHtmlRawText) != 0) {
      if (!is_empty) skip_raw_text(token.name);
    } else {
      elements_.open(token.name, traits & ~kHtmlIntegration, token.hidden);
      separate(traits);
      if (is_empty) elements_.close(token.name, traits);
      begin_heading();
      if ((traits & kHtmlKeepsLines) != 0) begin_verbatim_text(token.name);
    }
  }

  void end_element(const HtmlToken& token) {
    const std::uint32_t traits = html_traits(token.name);
    if (elements_.in_foreign() && (token.name == "p" || token.name == "br")) {
      elements_.close_foreign();
    }
    elements_.close(token.name, traits);
    separate(traits);
    begin_heading();
  }

  /// Separates the text after a tag from the text before it, by a new block or a space.
  void separate(std::uint32_t traits) {
    if (elements_.hidden()) return;
    const bool in_short_heading = heading_ > 0 && heading_ == elements_.heading_level() &&
                                  (traits & kHtmlHeading) == 0 && block_size() < kMaxHeading;
    if ((traits & kHtmlBreak) != 0 && !in_short_heading) {
      if (heading_ > 0 && open_) too_long_ = (traits & kHtmlHeading) == 0;
      end_block();
    } else if ((traits & (kHtmlBreak | kHtmlSpace)) != 0) {
      space_ = true;
    }
  }

  /// Starts a new block if the last tag has begun or ended a heading.
  void begin_heading() {
    const std::uint8_t level = elements_.heading_level();
    if (level == heading_) return;
    end_block();
    heading_ = level;
    too_long_ = false;
  }

  void begin_verbatim_text(const std::string& name) {
    if (name == "textarea") tokenizer_.read_rcdata();
    if (name == "xmp") tokenizer_.read_raw_text();
    if (name == "plaintext") tokenizer_.read_plain_text();
  }

  void skip_raw_text(const std::string& name) {
    name == "script" ? tokenizer_.read_script() : tokenizer_.read_raw_text();
    while (true) {
      const HtmlToken& token = tokenizer_.next();
      if (token.kind != HtmlTokenKind::kText) return;  // the end tag, or the end of the page
    }
  }

  /// Reads the title of the page; only the first one counts.
  void read_title() {
    tokenizer_.read_rcdata();
    std::string title;
    bool space = false;
    for (const HtmlToken* token = &tokenizer_.next(); token->kind == HtmlTokenKind::kText;
         token = &tokenizer_.next()) {
      std::string decoded;
      append_decoded(token->text, decoded);
      for (const char c : decoded) {
        if (is_html_space(c)) {
          space = !title.empty();
          continue;
        }
        if (std::exchange(space, false)) title += ' ';
        title += c;
      }
    }
    if (elements_.in_template() || std::exchange(title_seen_, true)) return;
    document_.title = std::move(title);
  }

  static void append_decoded(std::string_view text, std::string& out) {
    while (!text.empty()) {
      std::size_t size = text[0] == '&' ? decode_entity(text, out) : 0;
      if (size == 0) {
        size = std::min(text.find('&', 1), text.size());
        out += text.substr(0, size);
      }
      text.remove_prefix(size);
    }
  }

  void read_text(std::string_view text, bool has_references) {
    for (std::size_t at = 0; at < text.size();) {
      const char c = text[at];
      if (kEndsRun[static_cast<unsigned char>(c)]) {
        at += read_special(text.substr(at), has_references);
        continue;
      }
      std::size_t end = at + 1;
      while (end < text.size() && !kEndsRun[static_cast<unsigned char>(text[end])]) ++end;
      start_character(text.data() + at);
      document_.text += text.substr(at, end - at);
      at = end;
    }
  }

  /// Reads whitespace, NUL, or a character reference at the start of `text`. Returns its size.
  std::size_t read_special(std::string_view text, bool has_references) {
    const char c = text[0];
    if (c == '\0') return 1;  // the standard drops NUL
    if (c != '&') {
      if (!elements_.keeps_lines() || !open_) {
        space_ = true;
      } else if (c != '\r' || !text.substr(1).starts_with('\n')) {
        document_.text += c == '\r' ? '\n' : c;
      }
      return 1;
    }
    std::string decoded;
    const std::size_t size = has_references ? decode_entity(text, decoded) : 0;
    if (size == 0) decoded = "&";
    if (decoded == kNoBreakSpace) decoded = " ";
    start_character(std::to_address(text.begin()));
    document_.text += decoded;
    return std::max<std::size_t>(size, 1);
  }

  /// Begins a block if none is open; otherwise adds the space for any pending whitespace.
  void start_character(const char* where) {
    if (!open_) {
      if (!document_.text.empty()) document_.text += "\n\n";
      const std::uint8_t level = too_long_ ? 0 : heading_;
      document_.blocks.push_back(
          {.begin = document_.text.size(), .location = line_of(where), .level = level});
      open_ = true;
    } else if (space_) {
      document_.text += ' ';
    }
    space_ = false;
  }

  std::uint32_t line_of(const char* where) {
    const char* const from = page_.data() + known_position_;
    known_line_ += static_cast<std::uint32_t>(std::count(from, where, '\n'));
    known_position_ = static_cast<std::size_t>(where - page_.data());
    return known_line_;
  }

  std::size_t block_size() const {
    return open_ ? document_.text.size() - document_.blocks.back().begin : 0;
  }

  void end_block() {
    if (open_) document_.blocks.back().end = document_.text.size();
    open_ = space_ = false;
  }

  std::string_view page_;
  HtmlTokenizer tokenizer_;
  bool is_xml_;
  OpenHtmlElements elements_;
  Document document_;
  std::size_t known_position_ = 0;  // a position whose line is known_line_
  std::uint32_t known_line_ = 1;
  bool open_ = false;         // a block has begun
  bool space_ = false;        // whitespace since the last character
  std::uint8_t heading_ = 0;  // level of the heading that text belongs to; 0 for none
  bool too_long_ = false;     // the heading is too long: the rest of it is paragraphs
  bool title_seen_ = false;
};

}  // namespace

Document read_html(std::string_view bytes) { return HtmlReader(bytes).read(); }

}  // namespace m2v::documents
