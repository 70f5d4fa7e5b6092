#include "documents/html_tokenizer.h"

#include <algorithm>
#include <utility>

namespace m2v::documents {
namespace {

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool equals_ignoring_case(std::string_view text, std::string_view lowercase) {
  return std::ranges::equal(text, lowercase, {}, lower);
}
constexpr bool ends_name(char c) noexcept { return is_html_space(c) || c == '/' || c == '>'; }

}  // namespace

const HtmlToken& HtmlTokenizer::next() {
  if (content_ != Content::kMarkup && read_text_of_element()) return token_;
  while (position_ < page_.size()) {
    const std::size_t begin = position_;
    if (page_[begin] == '<') {
      if (read_markup()) return token_;
      if (position_ > begin) continue;  // a comment
      ++position_;                      // a '<' that begins nothing
    }
    const std::size_t end = std::min(page_.find('<', position_), page_.size());
    emit_text(begin, end, true);
    return token_;
  }
  token_.kind = HtmlTokenKind::kEnd;
  return token_;
}

/// Reads the markup at a '<'. Returns false if it is no token: either it has been skipped, or
/// position_ is unchanged, and the '<' is text.
bool HtmlTokenizer::read_markup() {
  const std::string_view rest = page_.substr(position_);
  if (rest.size() < 2) return false;
  if (is_letter(rest[1])) return read_tag(false);
  if (rest[1] == '/') {
    if (rest.size() < 3) return false;
    if (is_letter(rest[2])) return read_tag(true);
    position_ += 2;  // "</>" is ignored; "</" before anything else begins a comment
    skip_past('>');
  } else if (rest.starts_with("<!--")) {
    position_ += 4;
    skip_comment();
  } else if (cdata_ && rest.starts_with("<![CDATA[")) {
    return read_cdata();
  } else if (rest[1] == '!' || rest[1] == '?') {
    skip_past('>');  // a doctype ends at the first '>', even within quotes
  }
  return false;
}

/// Reads a tag. Returns false, and drops the tag, if the page ends within it.
bool HtmlTokenizer::read_tag(bool closing) {
  token_.kind = closing ? HtmlTokenKind::kEndTag : HtmlTokenKind::kStartTag;
  token_.self_closing = token_.hidden = false;
  position_ += closing ? 2 : 1;
  read_tag_name();
  while (position_ < page_.size()) {
    const char c = page_[position_];
    if (c == '>') {
      ++position_;
      if (!closing) element_ = token_.name;
      return true;
    }
    if (c == '/') {
      ++position_;
      token_.self_closing = position_ < page_.size() && page_[position_] == '>';
    } else if (is_html_space(c)) {
      ++position_;
    } else {
      read_attribute();
    }
  }
  return false;
}

void HtmlTokenizer::read_tag_name() {
  const std::size_t begin = position_;
  while (position_ < page_.size() && !ends_name(page_[position_])) ++position_;
  token_.name.assign(page_, begin, position_ - begin);
  std::ranges::transform(token_.name, token_.name.begin(), lower);
}

void HtmlTokenizer::read_attribute() {
  const std::size_t begin = position_++;  // a '=' at the beginning belongs to the name
  while (position_ < page_.size() && !ends_name(page_[position_]) && page_[position_] != '=') {
    ++position_;
  }
  const std::string_view name = page_.substr(begin, position_ - begin);
  skip_whitespace();
  std::string_view value;
  if (position_ < page_.size() && page_[position_] == '=') value = read_attribute_value();
  if (equals_ignoring_case(name, "hidden")) {
    token_.hidden = !equals_ignoring_case(value, "until-found");
  }
}

/// Reads the value after an attribute's name; position_ is at the '='.
std::string_view HtmlTokenizer::read_attribute_value() {
  ++position_;
  skip_whitespace();
  if (position_ == page_.size()) return {};
  const char quote = page_[position_];
  const std::size_t begin = position_ + (quote == '"' || quote == '\'' ? 1 : 0);
  std::size_t end = begin;
  if (begin > position_) {
    end = std::min(page_.find(quote, begin), page_.size());
    position_ = std::min(end + 1, page_.size());
  } else {
    while (end < page_.size() && !is_html_space(page_[end]) && page_[end] != '>') ++end;
    position_ = end;
  }
  return page_.substr(begin, end - begin);
}

/// Skips the rest of a comment after "<!--". It ends with "-->" or "--!>"; "<!-->" and "<!--->" are
/// complete comments.
void HtmlTokenizer::skip_comment() {
  const std::string_view rest = page_.substr(position_);
  if (rest.starts_with('>') || rest.starts_with("->")) return skip_past('>');
  for (std::size_t at = position_; (at = page_.find("--", at)) != std::string_view::npos; ++at) {
    const std::string_view after = page_.substr(at + 2, 2);
    if (!after.starts_with('>') && after != "!>") continue;
    position_ = at + 2;
    return skip_past('>');
  }
  position_ = page_.size();
}

void HtmlTokenizer::skip_past(char c) {
  position_ = std::min(page_.find(c, position_), page_.size() - 1) + 1;
}

bool HtmlTokenizer::read_cdata() {
  constexpr std::string_view kOpening = "<![CDATA[", kClosing = "]]>";
  const std::size_t begin = position_ + kOpening.size();
  const std::size_t end = std::min(page_.find(kClosing, begin), page_.size());
  const bool found = emit_text(begin, end, false);
  position_ = std::min(end + kClosing.size(), page_.size());
  return found;
}

/// Reads the text of the last started element, up to its end tag. Returns false if it is empty.
bool HtmlTokenizer::read_text_of_element() {
  const Content content = std::exchange(content_, Content::kMarkup);
  const std::size_t end = content == Content::kPlainText ? page_.size()
                          : content == Content::kScript  ? find_end_of_script()
                                                         : find_end_tag(position_);
  return emit_text(position_, end, content == Content::kRcdata);
}

/// Returns whether the page has the tag `name` at `position`, with nothing else following the name.
/// `name` includes its "</" or "<".
bool HtmlTokenizer::is_end_tag_at(std::size_t position, std::string_view name) const {
  const std::size_t end = position + name.size();
  return end < page_.size() && ends_name(page_[end]) &&
         equals_ignoring_case(page_.substr(position, name.size()), name);
}

std::size_t HtmlTokenizer::find_end_tag(std::size_t from) const {
  const std::string name = "</" + element_;
  while ((from = page_.find("</", from)) != std::string_view::npos) {
    if (is_end_tag_at(from, name)) return from;
    from += 2;
  }
  return page_.size();
}

/// Finds the end tag of a script. After "<!--", the script is escaped: "<script" begins a nested
/// script, whose end tag does not end the outer one. "-->" ends both states.
std::size_t HtmlTokenizer::find_end_of_script() const {
  bool escaped = false, nested = false;
  for (std::size_t at = position_;
       (at = page_.find_first_of("<-", at)) != std::string_view::npos;) {
    const std::string_view rest = page_.substr(at);
    if (escaped && rest.starts_with("-->")) {
      escaped = nested = false;
      at += 3;
    } else if (!escaped && rest.starts_with("<!--")) {
      escaped = true;
      at += 2;  // not 4, since "<!-->" ends the escape at once
    } else if (is_end_tag_at(at, "</script")) {
      if (!nested) return at;
      nested = false;
      at += 8;
    } else {
      nested = nested || (escaped && is_end_tag_at(at, "<script"));
      ++at;
    }
  }
  return page_.size();
}

bool HtmlTokenizer::emit_text(std::size_t begin, std::size_t end, bool has_references) {
  position_ = end;
  if (begin == end) return false;
  token_.kind = HtmlTokenKind::kText;
  token_.text = page_.substr(begin, end - begin);
  token_.has_references = has_references;
  return true;
}

void HtmlTokenizer::skip_whitespace() {
  while (position_ < page_.size() && is_html_space(page_[position_])) ++position_;
}

}  // namespace m2v::documents
