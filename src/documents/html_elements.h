#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::documents {

/// Properties of an element that follow from its name; a set of bits.
enum HtmlTraits : std::uint32_t {
  kHtmlBreak = 1 << 0,         ///< Its tags separate blocks of text.
  kHtmlSpace = 1 << 1,         ///< Its tags separate words.
  kHtmlVoid = 1 << 2,          ///< Has no content and no end tag.
  kHtmlHidden = 1 << 3,        ///< Its content is not shown.
  kHtmlRawText = 1 << 4,       ///< Contains text without markup, which is not shown.
  kHtmlKeepsLines = 1 << 5,    ///< Whitespace is preserved, as in pre.
  kHtmlHeading = 1 << 6,       ///< h1 to h6.
  kHtmlClosesP = 1 << 7,       ///< Its start tag ends a paragraph.
  kHtmlSpecial = 1 << 8,       ///< In the standard's category "special" (tree construction).
  kHtmlScope = 1 << 9,         ///< End tags within it do not end elements outside of it.
  kHtmlTable = 1 << 10,        ///< The same for end tags of the parts of a table.
  kHtmlCell = 1 << 11,         ///< td, th
  kHtmlRows = 1 << 12,         ///< tbody, thead, tfoot
  kHtmlTerm = 1 << 13,         ///< dd, dt
  kHtmlRuby = 1 << 14,         ///< rp, rt
  kHtmlForeign = 1 << 15,      ///< svg, math: foreign content, which is not shown.
  kHtmlBreaksOut = 1 << 16,    ///< Its start tag ends svg and math.
  kHtmlIntegration = 1 << 17,  ///< An integration point of svg or math: its content is HTML.
};

/// Returns the traits of an element (HtmlTraits). `name` is in lowercase; most names have none, 0.
std::uint32_t html_traits(std::string_view name) noexcept;

/// The stack of open elements of the HTML standard's tree construction, reduced to what decides
/// which text is shown: formatting elements are not reconstructed, and nothing is moved out of
/// tables. Elements nested deeper than 256 are treated as siblings, so that each tag costs constant
/// time.
class OpenHtmlElements {
 public:
  /// Processes a start tag: ends the elements that it ends implicitly, and opens the new one unless
  /// it is void. `hidden` marks an element whose content is not shown in spite of its traits.
  void open(const std::string& name, std::uint32_t traits, bool hidden);
  /// Processes an end tag: ends the element that matches it and all elements within; does nothing
  /// if there is none.
  void close(std::string_view name, std::uint32_t traits);
  /// Ends the innermost open svg or math element, and all elements within it.
  void close_foreign();

  /// Returns whether text at this point is not shown.
  bool hidden() const { return hidden_ > 0; }
  /// Returns whether whitespace at this point is preserved.
  bool keeps_lines() const { return keeping_lines_ > 0; }
  /// Returns whether tags at this point belong to svg or math rather than to HTML.
  bool in_foreign() const;
  /// Returns whether this point is within a template element.
  bool in_template() const { return templates_ > 0; }
  /// Returns the level of the innermost open heading, or 0 if there is none.
  std::uint8_t heading_level() const { return headings_.empty() ? 0 : headings_.back(); }

 private:
  struct Element {
    std::string name;
    std::uint32_t traits;
    bool hidden;
  };

  void close_before(const std::string& name, std::uint32_t traits);
  void close_named(std::string_view name, std::uint32_t traits);
  /// Returns the index of the innermost element for which `matches` returns true, or the number of
  /// elements if there is none, or if it contains an open element with one of the traits `bounds`.
  template <typename Matches>
  std::size_t find(const Matches& matches, std::uint32_t bounds) const;
  void close_to_table(const std::string& name, std::uint32_t traits);
  void close_from(std::size_t position);
  void close_list_item(const std::string& name, std::uint32_t traits);

  std::vector<Element> elements_;
  std::vector<std::uint8_t> headings_;
  std::size_t too_deep_ = 0;  // number of open elements beyond the maximum depth
  std::size_t hidden_ = 0, keeping_lines_ = 0, templates_ = 0, foreign_ = 0, tables_ = 0;
};

}  // namespace m2v::documents
