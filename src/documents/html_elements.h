#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::corpus {

/// What is known of an element by its name; a set of bits.
enum HtmlTraits : std::uint32_t {
  kHtmlBreak = 1 << 0,         ///< Text before and after its tags belongs to different blocks.
  kHtmlSpace = 1 << 1,         ///< Its tags separate words.
  kHtmlVoid = 1 << 2,          ///< Has no content and no end tag.
  kHtmlHidden = 1 << 3,        ///< Its content is not shown.
  kHtmlRawText = 1 << 4,       ///< Holds text without markup, which is not shown.
  kHtmlKeepsLines = 1 << 5,    ///< Blanks and line feeds are shown as they are: pre.
  kHtmlHeading = 1 << 6,       ///< h1 to h6.
  kHtmlClosesP = 1 << 7,       ///< Its start tag ends a paragraph.
  kHtmlSpecial = 1 << 8,       ///< "Special" in the standard's tree construction.
  kHtmlScope = 1 << 9,         ///< End tags within do not end what is outside.
  kHtmlTable = 1 << 10,        ///< The same for the parts of a table.
  kHtmlCell = 1 << 11,         ///< td, th
  kHtmlRows = 1 << 12,         ///< tbody, thead, tfoot
  kHtmlTerm = 1 << 13,         ///< dd, dt
  kHtmlRuby = 1 << 14,         ///< rp, rt
  kHtmlForeign = 1 << 15,      ///< svg, math: content of another language, which is not shown.
  kHtmlBreaksOut = 1 << 16,    ///< Its start tag ends svg and math.
  kHtmlIntegration = 1 << 17,  ///< Within svg or math: HTML goes on in it.
};

/// The traits of the element of that name, which is in lowercase; 0 for most.
std::uint32_t html_traits(std::string_view name) noexcept;

/// The elements that are open at a place of a page, as the standard's tree construction has them,
/// without what does not change which text is shown: formatting elements are not made again, and
/// nothing is moved out of tables. Beyond a depth of 256 elements are siblings, so that a tag costs
/// constant time.
class OpenHtmlElements {
 public:
  /// Ends what the start tag of `name` ends, and opens it unless it is void.
  void open(const std::string& name, std::uint32_t traits, bool hidden);
  /// Ends the element that an end tag ends, with all in it; nothing if there is none.
  void close(std::string_view name, std::uint32_t traits);
  /// Ends svg and math, up to the HTML around them.
  void close_foreign();

  bool hidden() const { return hidden_ > 0; }
  bool keeps_lines() const { return keeping_lines_ > 0; }
  /// Whether tags belong to svg or math.
  bool in_foreign() const;
  bool in_template() const { return templates_ > 0; }
  /// The level of the innermost open heading; 0: there is none.
  std::uint8_t heading_level() const { return headings_.empty() ? 0 : headings_.back(); }

 private:
  struct Element {
    std::string name;
    std::uint32_t traits;
    bool hidden;
  };

  void close_before(const std::string& name, std::uint32_t traits);
  void close_named(std::string_view name, std::uint32_t traits);
  /// The innermost element that `matches`, if no element with a trait of `bounds` is within it;
  /// else the number of elements.
  template <typename Matches>
  std::size_t find(const Matches& matches, std::uint32_t bounds) const;
  void close_to_table(const std::string& name, std::uint32_t traits);
  void close_from(std::size_t position);
  void close_list_item(const std::string& name, std::uint32_t traits);

  std::vector<Element> elements_;
  std::vector<std::uint8_t> headings_;
  std::size_t unopened_ = 0;  // elements beyond the greatest depth
  std::size_t hidden_ = 0, keeping_lines_ = 0, templates_ = 0, foreign_ = 0, tables_ = 0;
};

}  // namespace m2v::corpus
