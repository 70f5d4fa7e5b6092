#include "documents/html_elements.h"

#include <algorithm>
#include <iterator>

namespace m2v::documents {
namespace {

constexpr std::size_t kMaxDepth = 256;

constexpr std::uint32_t kBlock = kHtmlBreak | kHtmlSpecial | kHtmlClosesP;
constexpr std::uint32_t kPart = kHtmlBreak | kHtmlSpecial;  // parts of a table or of the page
constexpr std::uint32_t kOut = kHtmlBreaksOut;
constexpr std::uint32_t kVoid = kHtmlVoid | kHtmlSpecial;
constexpr std::uint32_t kRaw = kHtmlRawText | kHtmlHidden | kHtmlSpecial;
constexpr std::uint32_t kHeading = kBlock | kHtmlHeading | kOut;
constexpr std::uint32_t kCell = kHtmlSpace | kHtmlSpecial | kHtmlScope | kHtmlCell;

struct Named {
  std::string_view name;
  std::uint32_t traits;
};

/// Sorted. From sections 13.1.2, 13.2.4.2, 13.2.6.4, 13.2.6.5 and 15.3 of the HTML standard.
constexpr Named kNamed[] = {
    {"address", kBlock},
    {"annotation-xml", kHtmlIntegration},
    {"applet", kHtmlSpecial | kHtmlScope},
    {"area", kVoid},
    {"article", kBlock},
    {"aside", kBlock},
    {"b", kOut},
    {"base", kVoid},
    {"basefont", kVoid},
    {"bgsound", kVoid},
    {"big", kOut},
    {"blockquote", kBlock | kOut},
    {"body", kPart | kOut},
    {"br", kVoid | kHtmlSpace | kOut},
    {"button", kHtmlSpecial},
    {"caption", kPart | kHtmlScope},
    {"center", kBlock | kOut},
    {"code", kOut},
    {"col", kVoid},
    {"colgroup", kPart},
    {"datalist", kHtmlHidden},
    {"dd", kBlock | kHtmlTerm | kOut},
    {"desc", kHtmlIntegration},
    {"details", kBlock},
    {"dialog", kBlock},
    {"dir", kBlock},
    {"div", kBlock | kOut},
    {"dl", kBlock | kOut},
    {"dt", kBlock | kHtmlTerm | kOut},
    {"em", kOut},
    {"embed", kVoid | kOut},
    {"fieldset", kBlock},
    {"figcaption", kBlock},
    {"figure", kBlock},
    {"footer", kBlock},
    {"foreignobject", kHtmlIntegration},
    {"form", kBlock},
    {"frame", kVoid},
    {"frameset", kHtmlSpecial},
    {"h1", kHeading},
    {"h2", kHeading},
    {"h3", kHeading},
    {"h4", kHeading},
    {"h5", kHeading},
    {"h6", kHeading},
    {"head", kPart | kOut},
    {"header", kBlock},
    {"hgroup", kBlock},
    {"hr", kBlock | kHtmlVoid | kOut},
    {"html", kPart},
    {"i", kOut},
    {"iframe", kRaw},
    {"img", kVoid | kOut},
    {"input", kVoid},
    {"keygen", kVoid},
    {"legend", kHtmlBreak},
    {"li", kBlock | kOut},
    {"link", kVoid},
    {"listing", kBlock | kHtmlKeepsLines | kOut},
    {"main", kBlock},
    {"marquee", kHtmlSpecial | kHtmlScope},
    {"math", kHtmlForeign | kHtmlHidden},
    {"menu", kBlock | kOut},
    {"meta", kVoid | kOut},
    {"mi", kHtmlIntegration},
    {"mn", kHtmlIntegration},
    {"mo", kHtmlIntegration},
    {"ms", kHtmlIntegration},
    {"mtext", kHtmlIntegration},
    {"nav", kBlock},
    {"nobr", kOut},
    {"noembed", kRaw},
    {"noframes", kRaw},
    {"noscript", kRaw},
    {"object", kHtmlSpecial | kHtmlScope},
    {"ol", kBlock | kOut},
    {"optgroup", kHtmlBreak},
    {"option", kHtmlBreak},
    {"p", kBlock | kOut},
    {"param", kVoid},
    {"plaintext", kBlock | kHtmlKeepsLines},
    {"pre", kBlock | kHtmlKeepsLines | kOut},
    {"rp", kHtmlRuby | kHtmlHidden},
    {"rt", kHtmlRuby | kHtmlSpace},
    {"ruby", kOut},
    {"s", kOut},
    {"script", kRaw},
    {"search", kBlock},
    {"section", kBlock},
    {"select", kHtmlBreak | kHtmlSpecial},
    {"small", kOut},
    {"source", kVoid},
    {"span", kOut},
    {"strike", kOut},
    {"strong", kOut},
    {"style", kRaw},
    {"sub", kOut},
    {"summary", kBlock},
    {"sup", kOut},
    {"svg", kHtmlForeign | kHtmlHidden},
    {"table", kBlock | kHtmlScope | kHtmlTable | kOut},
    {"tbody", kPart | kHtmlRows},
    {"td", kCell},
    {"template", kHtmlHidden | kHtmlSpecial | kHtmlScope | kHtmlTable},
    {"textarea", kHtmlBreak | kHtmlSpecial | kHtmlKeepsLines},
    {"tfoot", kPart | kHtmlRows},
    {"th", kCell},
    {"thead", kPart | kHtmlRows},
    {"title", kHtmlSpecial | kHtmlIntegration},
    {"tr", kPart},
    {"track", kVoid},
    {"tt", kOut},
    {"u", kOut},
    {"ul", kBlock | kOut},
    {"var", kOut},
    {"wbr", kVoid},
    {"xmp", kBlock | kHtmlKeepsLines},
};
static_assert(std::ranges::is_sorted(kNamed, {}, &Named::name));

/// Returns the traits of the elements that bound the search for the element that an end tag ends.
std::uint32_t bounds_of(std::string_view name, std::uint32_t traits) {
  if (name == "template") return 0;
  if (name == "table" || name == "tr" || (traits & (kHtmlCell | kHtmlRows)) != 0)
    return kHtmlTable | kHtmlIntegration;
  if ((traits & (kHtmlSpecial | kHtmlForeign)) != 0) return kHtmlScope | kHtmlIntegration;
  return kHtmlSpecial | kHtmlIntegration;
}

}  // namespace

std::uint32_t html_traits(std::string_view name) noexcept {
  const auto found = std::ranges::lower_bound(kNamed, name, {}, &Named::name);
  return found != std::end(kNamed) && found->name == name ? found->traits : 0;
}

template <typename Matches>
std::size_t OpenHtmlElements::find(const Matches& matches, std::uint32_t bounds) const {
  for (std::size_t i = elements_.size(); i-- > 0;) {
    if (matches(elements_[i])) return i;
    if ((elements_[i].traits & bounds) != 0) break;
  }
  return elements_.size();
}

void OpenHtmlElements::open(const std::string& name, std::uint32_t traits, bool hidden) {
  const bool is_part_of_table = (traits & (kHtmlCell | kHtmlRows)) != 0 || name == "tr" ||
                                name == "caption" || name == "colgroup";
  if (is_part_of_table && tables_ == 0) return;
  if (is_part_of_table) close_to_table(name, traits);
  close_before(name, traits);
  if ((traits & kHtmlVoid) != 0 || name == "html" || name == "head" || name == "body") return;
  if (elements_.size() == kMaxDepth) {
    ++too_deep_;
    return;
  }
  hidden = hidden || (traits & kHtmlHidden) != 0;
  elements_.push_back({name, traits, hidden});
  hidden_ += hidden ? 1 : 0;
  keeping_lines_ += (traits & kHtmlKeepsLines) != 0 ? 1 : 0;
  templates_ += name == "template" ? 1 : 0;
  tables_ += (traits & kHtmlTable) != 0 ? 1 : 0;
  foreign_ += (traits & kHtmlForeign) != 0 ? 1 : 0;
  if ((traits & kHtmlHeading) != 0) headings_.push_back(static_cast<std::uint8_t>(name[1] - '0'));
}

/// Ends the elements that a start tag ends implicitly.
void OpenHtmlElements::close_before(const std::string& name, std::uint32_t traits) {
  if (name == "li" || (traits & kHtmlTerm) != 0) close_list_item(name, traits);
  if ((traits & kHtmlClosesP) != 0) close_named("p", kBlock);
  if (elements_.empty()) return;
  const Element& current = elements_.back();
  const auto is_ruby = [](const Element& element) { return element.name == "ruby"; };
  const bool ends_current =
      (traits & current.traits & kHtmlHeading) != 0 || (name == "option" && current.name == name) ||
      ((traits & current.traits & kHtmlRuby) != 0 && find(is_ruby, kHtmlScope) < elements_.size());
  if (ends_current) close_from(elements_.size() - 1);
}

/// Ends all elements within the innermost table, row group or row that `name` belongs into.
void OpenHtmlElements::close_to_table(const std::string& name, std::uint32_t traits) {
  const bool goes_into_rows = name == "tr" || (traits & kHtmlCell) != 0;
  const std::size_t found = find(
      [&](const Element& element) {
        return (element.traits & kHtmlTable) != 0 ||
               (goes_into_rows && (element.traits & kHtmlRows) != 0) ||
               ((traits & kHtmlCell) != 0 && element.name == "tr");
      },
      kHtmlIntegration);
  if (found < elements_.size()) close_from(found + 1);
}

/// Ends the previous item of the list: an li before an li, a dd or dt before a dd or dt.
void OpenHtmlElements::close_list_item(const std::string& name, std::uint32_t traits) {
  for (std::size_t i = elements_.size(); i-- > 0;) {
    const Element& element = elements_[i];
    if (element.name == name || ((element.traits & traits) & kHtmlTerm) != 0) return close_from(i);
    const bool is_transparent =
        element.name == "address" || element.name == "div" || element.name == "p";
    if ((element.traits & kHtmlSpecial) != 0 && !is_transparent) return;
  }
}

void OpenHtmlElements::close(std::string_view name, std::uint32_t traits) {
  if (too_deep_ > 0) {
    --too_deep_;
  } else {
    close_named(name, traits);
  }
}

void OpenHtmlElements::close_named(std::string_view name, std::uint32_t traits) {
  const std::uint32_t bounds = bounds_of(name, traits);
  const bool is_heading = (traits & kHtmlHeading) != 0;  // </h2> also ends an h1
  close_from(find(
      [&](const Element& element) {
        return element.name == name || (is_heading && (element.traits & kHtmlHeading) != 0);
      },
      bounds));
}

void OpenHtmlElements::close_foreign() {
  const auto found =
      find([](const Element& element) { return (element.traits & kHtmlForeign) != 0; }, 0);
  close_from(found);
}

bool OpenHtmlElements::in_foreign() const {
  if (foreign_ == 0) return false;
  const auto is_either = [](const Element& element) {
    return (element.traits & (kHtmlForeign | kHtmlIntegration)) != 0;
  };
  const std::size_t found = find(is_either, 0);
  return found < elements_.size() && (elements_[found].traits & kHtmlForeign) != 0;
}

void OpenHtmlElements::close_from(std::size_t position) {
  while (elements_.size() > position) {
    const Element& element = elements_.back();
    hidden_ -= element.hidden ? 1 : 0;
    keeping_lines_ -= (element.traits & kHtmlKeepsLines) != 0 ? 1 : 0;
    templates_ -= element.name == "template" ? 1 : 0;
    tables_ -= (element.traits & kHtmlTable) != 0 ? 1 : 0;
    foreign_ -= (element.traits & kHtmlForeign) != 0 ? 1 : 0;
    if ((element.traits & kHtmlHeading) != 0) headings_.pop_back();
    elements_.pop_back();
  }
}

}  // namespace m2v::documents
