#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "corpus/html_entities.h"
#include "corpus/lines.h"
#include "corpus/readers.h"
#include "unicode/unicode.h"

namespace m2v::corpus {
namespace {

// A space around each name, so that a name can be looked for between spaces.
constexpr std::string_view kNotText =  // what is in these is passed over
    " script style template noscript svg math ";
constexpr std::string_view kBreaks =  // text before and after these belongs to different blocks
    " address article aside blockquote body center dd details dialog div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 head header hr html li main nav ol option p pre section "
    "summary table tbody tfoot thead tr ul ";
constexpr std::string_view kSpaces = " br td th ";  // they separate words

bool is_one_of(std::string_view names, const std::string& name) {
  return names.find(" " + name + " ") != std::string_view::npos;
}

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Reads a page from its beginning to its end, as forgiving as browsers are.
class HtmlReader {
 public:
  explicit HtmlReader(std::string_view page) : page_(page) {
    document_.places = Places::kLinesOfBlocks;
  }

  Document read() {
    while (position_ < page_.size()) {
      if (page_[position_] == '<' && is_markup()) {
        read_markup();
      } else {
        read_character();
      }
    }
    end_block();
    return std::move(document_);
  }

 private:
  bool is_markup() const {
    if (position_ + 1 >= page_.size()) return false;
    const char next = page_[position_ + 1];
    return is_letter(next) || next == '/' || next == '!' || next == '?';
  }

  void read_markup() {
    const std::string_view rest = page_.substr(position_);
    if (rest.starts_with("<!--")) return skip_behind("-->", position_ + 4);
    if (rest[1] == '!' || rest[1] == '?') return skip_behind(">", position_ + 2);
    const bool closing = rest[1] == '/';
    std::size_t end = closing ? 2 : 1;
    std::string name;
    for (; end < rest.size() && !is_blank(rest[end]) && rest[end] != '>' && rest[end] != '/'; ++end)
      name += lower(rest[end]);
    move_to(end_of_tag(position_ + end));
    const bool empty = closing || page_[position_ - 2] == '/';
    if (name == "title") {
      if (!empty) read_title();
    } else if (is_one_of(kNotText, name)) {
      if (!empty) skip_element(name);
    } else {
      take_tag(name, closing);
    }
  }

  void take_tag(const std::string& name, bool closing) {
    if (is_one_of(kBreaks, name)) {
      end_block();
      const bool heading = name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
      level_ = heading && !closing ? static_cast<std::uint8_t>(name[1] - '0') : 0;
      if (name == "pre") in_pre_ = !closing;
    } else if (is_one_of(kSpaces, name)) {
      space_ = true;
    }
  }

  /// Behind the '>' of a tag, but not of one in the quotes of an attribute.
  std::size_t end_of_tag(std::size_t position) const {
    char quote = 0;
    char before = 0;  // the last that was no blank
    for (; position < page_.size(); ++position) {
      const char c = page_[position];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '>') {
        return position + 1;
      } else if ((c == '"' || c == '\'') && before == '=') {
        quote = c;
      }
      if (!is_blank(c)) before = c;
    }
    return page_.size();
  }

  void skip_behind(std::string_view what, std::size_t from) {
    const std::size_t found = page_.find(what, from);
    move_to(found == std::string_view::npos ? page_.size() : found + what.size());
  }

  /// Where "</name" is, or the end of the page.
  std::size_t find_closing(std::string_view name) const {
    for (std::size_t at = page_.find("</", position_); at != std::string_view::npos;
         at = page_.find("</", at + 2)) {
      const std::string_view found = page_.substr(at + 2, name.size());
      if (std::ranges::equal(found, name, {}, lower)) return at;
    }
    return page_.size();
  }

  /// What is never closed has no content, lest the rest of the page be lost.
  void skip_element(const std::string& name) {
    if (is_one_of(never_closed_, name)) return;
    const std::size_t closing = find_closing(name);
    if (closing < page_.size()) return move_to(end_of_tag(closing));
    never_closed_ += " " + name + " ";
  }

  /// The first one of a page counts; without an end it is none.
  void read_title() {
    if (std::exchange(title_seen_, true)) return;
    const std::size_t closing = find_closing("title");
    if (closing == page_.size()) return;
    std::string& title = document_.title;
    bool space = false;
    while (position_ < closing) {
      const bool blank = is_blank(page_[position_]);
      if (!blank && space && !title.empty()) title += ' ';
      space = blank;
      take_character(blank ? nullptr : &title);
    }
    move_to(end_of_tag(closing));
  }

  void read_character() {
    const char c = page_[position_];
    if (in_pre_ && c == '\n' && open_) {
      document_.text += '\n';
      return take_character(nullptr);
    }
    if (is_blank(c) && !(in_pre_ && open_)) {
      space_ = true;
      return take_character(nullptr);
    }
    if (!open_) {
      if (!document_.text.empty()) document_.text += "\n\n";
      document_.blocks.push_back({.begin = document_.text.size(), .place = line_, .level = level_});
      open_ = true;
    } else if (space_) {
      document_.text += ' ';
    }
    space_ = false;
    take_character(&document_.text);
    const std::size_t end = std::min(page_.find_first_of(" \t\n\r\f\v<&", position_), page_.size());
    document_.text += page_.substr(position_, end - position_);
    position_ = end;  // no line ends on the way
  }

  /// Steps over a character, which may be written as an entity, and appends it to `out`, if any.
  void take_character(std::string* out) {
    char32_t code = 0;
    const std::size_t entity =
        page_[position_] == '&' ? entity_at(page_.substr(position_), code) : 0;
    if (entity == 0) {
      if (out != nullptr) *out += page_[position_];
      move_to(position_ + 1);
      return;
    }
    constexpr char32_t kNoBreakSpace = 0xA0;
    if (out != nullptr) unicode::append_utf8(code == kNoBreakSpace ? U' ' : code, *out);
    move_to(position_ + entity);
  }

  void move_to(std::size_t position) {
    line_ += static_cast<std::uint32_t>(
        std::count(page_.begin() + static_cast<std::ptrdiff_t>(position_),
                   page_.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
    position_ = position;
  }

  void end_block() {
    if (open_) document_.blocks.back().end = document_.text.size();
    open_ = space_ = false;
  }

  std::string_view page_;
  std::size_t position_ = 0;
  std::uint32_t line_ = 1;
  Document document_;
  bool open_ = false;   // a block has begun
  bool space_ = false;  // blanks since the last character
  bool in_pre_ = false;
  bool title_seen_ = false;
  std::string never_closed_;  // names of elements, a space around each
  std::uint8_t level_ = 0;    // of the block that comes
};

}  // namespace

Document read_html(std::string_view bytes) { return HtmlReader(bytes).read(); }

}  // namespace m2v::corpus
