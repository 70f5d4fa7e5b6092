#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace m2v::corpus {

/// What HtmlTokenizer finds. Comments, doctypes and processing instructions are passed over.
enum class HtmlTokenKind : std::uint8_t { kText, kStartTag, kEndTag, kEnd };

struct HtmlToken {
  HtmlTokenKind kind = HtmlTokenKind::kEnd;
  std::string_view text = {};   ///< kText: bytes of the page; character references as they stand.
  bool has_references = false;  ///< kText: '&' begins a character reference.
  std::string name = {};        ///< Of a tag; ASCII letters in lowercase.
  bool self_closing = false;    ///< A start tag that ends with "/>".
  bool hidden = false;          ///< A start tag with the attribute `hidden`, not "until-found".
};

/// Splits a page into tokens, by the states of the HTML standard (section 13.2.5), in time linear
/// in its length. Which state follows a start tag is for its user to say, as it is for the tree
/// builder in the standard.
class HtmlTokenizer {
 public:
  explicit HtmlTokenizer(std::string_view page) : page_(page) {}

  /// The next token, valid until the next call. kEnd for ever, once the page has ended.
  const HtmlToken& next();

  /// What the text up to the end tag of the element just started is.
  void read_rcdata() { content_ = Content::kRcdata; }         ///< Text with references: title.
  void read_raw_text() { content_ = Content::kRawText; }      ///< Text as it stands: style.
  void read_script() { content_ = Content::kScript; }         ///< The same, with comments: script.
  void read_plain_text() { content_ = Content::kPlainText; }  ///< Without an end.

  /// Whether "<![CDATA[" begins text: in SVG and MathML, and in XML. Elsewhere it is a comment.
  void allow_cdata(bool allowed) { cdata_ = allowed; }

  std::size_t position() const { return position_; }  ///< Behind the token.

 private:
  enum class Content : std::uint8_t { kMarkup, kRcdata, kRawText, kScript, kPlainText };

  bool read_markup();
  bool read_tag(bool closing);
  void read_tag_name();
  void read_attribute();
  std::string_view read_attribute_value();
  void skip_comment();
  void skip_behind(char c);
  bool read_cdata();
  bool read_text_of_element();
  bool is_end_tag_at(std::size_t position, std::string_view name) const;
  std::size_t find_end_tag(std::size_t from) const;
  std::size_t find_end_of_script() const;
  bool emit_text(std::size_t begin, std::size_t end, bool has_references);
  void skip_blanks();

  std::string_view page_;
  std::size_t position_ = 0;
  HtmlToken token_;
  std::string element_;  // the last start tag's name
  Content content_ = Content::kMarkup;
  bool cdata_ = false;
};

/// What the standard calls ASCII whitespace.
constexpr bool is_html_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

}  // namespace m2v::corpus
