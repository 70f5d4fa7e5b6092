#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/charset.h"

namespace m2v::text {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kPrescanBytes = 1024;
constexpr std::string_view kHtmlWhitespace = "\t\n\f\r "sv;

bool is_blank(char c) { return kHtmlWhitespace.find(c) != std::string_view::npos; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with(std::string_view text, std::string_view lowercase) {
  return std::ranges::equal(text.substr(0, lowercase.size()), lowercase, {}, lower);
}

/// The HTML standard's "algorithm for extracting a character encoding from a meta element", up to
/// the label, which is empty if there is none.
std::string_view label_in_content(std::string_view content) {
  constexpr std::string_view kCharset = "charset";
  const auto skip_whitespace = [&] {
    content.remove_prefix(std::min(content.find_first_not_of(kHtmlWhitespace), content.size()));
  };
  while (!content.empty()) {
    if (!starts_with(content, kCharset)) {
      content.remove_prefix(1);
      continue;
    }
    content.remove_prefix(kCharset.size());
    skip_whitespace();
    if (!content.starts_with('=')) continue;
    content.remove_prefix(1);
    skip_whitespace();
    if (!content.starts_with('"') && !content.starts_with('\'')) {
      return content.substr(0, content.find_first_of("\t\n\f\r ;"));
    }
    const std::size_t end = content.find(content[0], 1);
    return end == std::string_view::npos ? std::string_view() : content.substr(1, end - 1);
  }
  return {};
}

/// The steps of the standard's prescan algorithm, which differ from those of an HTML tokenizer.
class Prescan {
 public:
  explicit Prescan(std::string_view page) : page_(page.substr(0, kPrescanBytes)) {}

  DeclaredCharset run() {
    if (page_.starts_with("<\0?\0x\0"sv)) return {"utf-16le", {}};
    if (page_.starts_with("\0<\0?\0x"sv)) return {"utf-16be", {}};
    while (position_ < page_.size() && result_.name.empty()) step();
    if (result_.name.empty()) read_xml_declaration();
    return std::move(result_);
  }

 private:
  struct Attribute {
    std::string name, value;
  };

  std::string_view rest() const { return page_.substr(position_); }
  bool at_end() const { return position_ >= page_.size(); }

  void step() {
    const std::string_view text = rest();
    if (text.starts_with("<!--")) {
      const std::size_t end = page_.find("-->", position_ + 2);
      position_ = end == std::string_view::npos ? page_.size() : end + 3;
    } else if (starts_with(text, "<meta") && text.size() > 5 &&
               (is_blank(text[5]) || text[5] == '/')) {
      position_ += 5;
      read_meta();
    } else if (text[0] == '<' && text.size() > 1 &&
               is_letter(text[1] == '/' && text.size() > 2 ? text[2] : text[1])) {
      position_ = std::min(page_.find_first_of("\t\n\f\r >", position_), page_.size());
      while (read_attribute()) {
      }
      ++position_;
    } else if (text.starts_with("<!") || text.starts_with("</") || text.starts_with("<?")) {
      position_ = std::min(page_.find('>', position_), page_.size() - 1) + 1;
    } else {
      ++position_;
    }
  }

  void read_meta() {
    std::vector<std::string> seen;
    bool is_pragma = false, needs_pragma = false;
    std::string label;
    while (const auto attribute = read_attribute()) {
      if (std::ranges::find(seen, attribute->name) != seen.end()) continue;
      seen.push_back(attribute->name);
      if (attribute->name == "http-equiv") {
        is_pragma = attribute->value == "content-type";
      } else if (attribute->name == "content" && label.empty()) {
        label = label_in_content(attribute->value);
        needs_pragma = !label.empty();
      } else if (attribute->name == "charset") {
        label = attribute->value;
        needs_pragma = false;
      }
    }
    ++position_;
    if (!label.empty() && (is_pragma || !needs_pragma)) take(label);
  }

  void take(std::string_view label) {
    std::string_view name = charset_of_label(label);
    if (name.starts_with("utf-16")) name = "utf-8";  // the declaration itself is in ASCII
    if (name == "x-user-defined") name = "windows-1252";
    result_.name = name;
    if (name.empty() && result_.unknown.empty()) result_.unknown = label;
  }

  /// The standard's "get an attribute". Returns no value at the end of the tag.
  std::optional<Attribute> read_attribute() {
    while (!at_end() && (is_blank(page_[position_]) || page_[position_] == '/')) ++position_;
    if (at_end() || page_[position_] == '>') return std::nullopt;
    Attribute attribute;
    for (; !at_end(); ++position_) {
      const char c = page_[position_];
      if ((c == '=' && !attribute.name.empty()) || is_blank(c) || c == '/' || c == '>') break;
      attribute.name += lower(c);
    }
    skip_whitespace();
    if (at_end() || page_[position_] != '=') return attribute;
    ++position_;
    skip_whitespace();
    if (at_end()) return attribute;
    const char quote = page_[position_];
    const bool is_quoted = quote == '"' || quote == '\'';
    if (is_quoted) ++position_;
    for (; !at_end(); ++position_) {
      const char c = page_[position_];
      if (is_quoted ? c == quote : is_blank(c) || c == '>') break;
      attribute.value += lower(c);
    }
    if (is_quoted) ++position_;
    return attribute;
  }

  void skip_whitespace() {
    while (!at_end() && is_blank(page_[position_])) ++position_;
  }

  /// The standard's "get an XML encoding".
  void read_xml_declaration() {
    if (!page_.starts_with("<?xml")) return;
    std::string_view text = page_.substr(0, page_.find('>'));
    const std::size_t found = text.find("encoding");
    if (text.size() == page_.size() || found == std::string_view::npos) return;
    text.remove_prefix(found + 8);
    const auto skip = [&] {  // skips bytes up to 0x20, as the standard prescribes
      while (!text.empty() && static_cast<unsigned char>(text[0]) <= 0x20) text.remove_prefix(1);
    };
    skip();
    if (!text.starts_with('=')) return;
    text.remove_prefix(1);
    skip();
    if (!text.starts_with('"') && !text.starts_with('\'')) return;
    const std::size_t end = text.find(text[0], 1);
    if (end != std::string_view::npos) take(text.substr(1, end - 1));
  }

  std::string_view page_;
  std::size_t position_ = 0;
  DeclaredCharset result_;
};

}  // namespace

DeclaredCharset declared_charset(std::string_view page) { return Prescan(page).run(); }

}  // namespace m2v::text
