#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace m2v::documents {

/// The kinds of tokens. Comments, doctypes and processing instructions yield no token.
enum class HtmlTokenKind : std::uint8_t { kText, kStartTag, kEndTag, kEnd };

struct HtmlToken {
  HtmlTokenKind kind = HtmlTokenKind::kEnd;
  std::string_view text = {};   ///< kText: bytes of the page; character references not decoded.
  bool has_references = false;  ///< kText: '&' may begin a character reference.
  std::string name = {};        ///< Tags: the name, with ASCII letters in lowercase.
  bool self_closing = false;    ///< Tags: it ends with "/>".
  bool hidden = false;          ///< Tags: has the attribute `hidden`, other than "until-found".
};

/// Splits a page into tokens, by the states of the HTML standard (section 13.2.5), in time linear
/// in its length. After a start tag, the caller sets the state that follows, as the tree builder
/// does in the standard. The page must outlive the tokenizer.
class HtmlTokenizer {
 public:
  explicit HtmlTokenizer(std::string_view page) : page_(page) {}

  /// Returns the next token, valid until the next call. After the end of the page, it is kEnd.
  const HtmlToken& next();

  // After a start tag, these set how the text up to the end tag of its element is read.
  void read_rcdata() { content_ = Content::kRcdata; }     ///< Text with references, as in title.
  void read_raw_text() { content_ = Content::kRawText; }  ///< Text without markup, as in style.
  void read_script() { content_ = Content::kScript; }     ///< The same, with escapes by "<!--".
  void read_plain_text() { content_ = Content::kPlainText; }  ///< Text up to the page's end.

  /// Sets whether "<![CDATA[" begins text, as in SVG, MathML and XML, or a comment.
  void allow_cdata(bool allowed) { cdata_ = allowed; }

  /// The byte position in the page after the last token.
  std::size_t position() const { return position_; }

 private:
  enum class Content : std::uint8_t { kMarkup, kRcdata, kRawText, kScript, kPlainText };

  bool read_markup();
  bool read_tag(bool closing);
  void read_tag_name();
  void read_attribute();
  std::string_view read_attribute_value();
  void skip_comment();
  void skip_past(char c);
  bool read_cdata();
  bool read_text_of_element();
  bool is_end_tag_at(std::size_t position, std::string_view name) const;
  std::size_t find_end_tag(std::size_t from) const;
  std::size_t find_end_of_script() const;
  bool emit_text(std::size_t begin, std::size_t end, bool has_references);
  void skip_whitespace();

  std::string_view page_;
  std::size_t position_ = 0;
  HtmlToken token_;
  std::string element_;  // the name of the last start tag
  Content content_ = Content::kMarkup;
  bool cdata_ = false;
};

/// Returns whether a character is ASCII whitespace in the sense of the HTML standard.
constexpr bool is_html_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

}  // namespace m2v::documents
