#include "tokenizer/regex/common_pattern_parser.h"

#include <array>
#include <utility>

#include "text/unicode.h"

namespace m2v::tokenizer {
namespace {

// Limits the depth of recursion: matching recurses at most once for each node.
constexpr std::size_t kMaxNodes = 1000;
constexpr std::size_t kMaxCharacters = 10'000;
constexpr unsigned kMaxDepth = 50;
constexpr std::uint32_t kMaxRepeats = 1000;
constexpr std::u32string_view kQuantifiers = U"?*+{";

bool is_ascii_letter(char32_t c) { return (c | 0x20) >= U'a' && (c | 0x20) <= U'z'; }
bool is_ascii_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

}  // namespace

std::optional<CommonPattern> CommonPattern::parse(std::string_view pattern) {
  auto parsed = CommonPatternParser(text::to_utf32(pattern)).parse();
  if (parsed) parsed->pattern_ = pattern;
  return parsed;
}

std::optional<CommonPattern> CommonPatternParser::parse() {
  if (text_.size() > kMaxCharacters) return std::nullopt;
  const Fragment whole = alternatives();
  if (!at_end()) unknown();  // an unmatched ")"
  if (!known_) return std::nullopt;
  connect(whole, CommonPattern::kEnd);
  pattern_.start_ = whole.start;
  pattern_.find_firsts();
  return std::move(pattern_);
}

CommonPatternParser::Fragment CommonPatternParser::alternatives() {
  std::vector<Fragment> branches;
  do {
    last_letter_ = 0;
    branches.push_back(sequence());
  } while (take(U'|'));
  if (branches.size() == 1) return std::move(branches.front());
  Node choice;
  choice.kind = Node::Kind::kChoice;
  Fragment all;
  for (Fragment& branch : branches) {
    choice.branches.push_back(branch.start);
    all.open.insert(all.open.end(), branch.open.begin(), branch.open.end());
    all.is_assertion = all.is_assertion || branch.is_assertion;
  }
  all.start = add(std::move(choice)).start;
  return all;
}

CommonPatternParser::Fragment CommonPatternParser::sequence() {
  Fragment whole;
  while (!at_end() && !next_is_one_of(U"|)")) {
    Fragment part = item();
    if (whole.start == CommonPattern::kEnd) {
      whole = std::move(part);
    } else {
      connect(whole, part.start);
      whole.open = std::move(part.open);
      whole.is_assertion = false;
    }
  }
  return whole.start == CommonPattern::kEnd ? empty() : whole;
}

CommonPatternParser::Fragment CommonPatternParser::item() {
  if (take(U'(')) return group();
  return take(U'$') ? line_end() : repeated(atom());
}

/// Builds `$`: no character other than a line feed follows.
CommonPatternParser::Fragment CommonPatternParser::line_end() {
  CharacterClass others;
  others.add(U'\n');
  others.invert();
  if (next_is_one_of(kQuantifiers)) unknown();
  return without_next(Node::Kind::kNotAhead, repeated(std::move(others)));
}

/// Reads a group, after the opening parenthesis.
CommonPatternParser::Fragment CommonPatternParser::group() {
  const bool outer_case = any_case_;
  if (++depth_ > kMaxDepth) unknown();
  Node::Kind kind = Node::Kind::kChoice;
  if (take(U"?=")) {
    kind = Node::Kind::kAhead;
  } else if (take(U"?!")) {
    kind = Node::Kind::kNotAhead;
  } else if (take(U"?>")) {
    kind = Node::Kind::kAtomic;
  } else if (take(U"?i:")) {
    any_case_ = true;
  } else if (!take(U"?:") && next_is(U'?')) {
    unknown();
  }
  Fragment inside = alternatives();
  if (!take(U')')) unknown();
  any_case_ = outer_case;
  --depth_;
  if (kind != Node::Kind::kChoice) inside = without_next(kind, inside);
  const bool is_look = kind == Node::Kind::kAhead || kind == Node::Kind::kNotAhead;
  if (!is_look && take(U'?')) {
    if (inside.is_assertion) unknown();  // Oniguruma rejects this in most kinds of groups
    const Fragment nothing = empty();
    Node choice;
    choice.kind = Node::Kind::kChoice;
    choice.branches = {inside.start, nothing.start};
    inside.start = add(std::move(choice)).start;
    inside.open.push_back(nothing.start);
  }
  if (next_is_one_of(kQuantifiers)) unknown();
  return inside;
}

CommonPatternParser::Fragment CommonPatternParser::repeated(CharacterClass characters) {
  Node node;
  node.class_index = static_cast<std::uint32_t>(pattern_.classes_.size());
  pattern_.classes_.push_back(std::move(characters));
  if (next_is_one_of(kQuantifiers)) quantifier(node);
  return add(std::move(node));
}

void CommonPatternParser::quantifier(Node& node) {
  const char32_t kind = take_any();
  if (kind == U'{') {
    interval(node);
    if (take(U'+')) repeat_again(node);
  } else {
    node.least = kind == U'+' ? 1 : 0;
    node.most = kind == U'?' ? 1 : CommonPattern::kUnlimited;
    node.possessive = take(U'+');
  }
  if (next_is_one_of(kQuantifiers)) unknown();
}

/// Reads {n}, {n,}, {,m} or {n,m}, after the opening brace.
void CommonPatternParser::interval(Node& node) {
  const auto least = number();
  const bool is_range = take(U',');
  const auto most = is_range ? number() : least;
  if (!take(U'}') || (!least && !most)) return unknown();
  node.least = least.value_or(0);
  node.most = most.value_or(CommonPattern::kUnlimited);
  if (node.least > node.most) unknown();
}

/// Applies the + of {n,m}+, which repeats again rather than making the interval possessive: {0,m}+
/// equals *, and {1,m}+ equals +.
void CommonPatternParser::repeat_again(Node& node) {
  if (node.least > 1 || node.most == 0) return unknown();
  node.most = CommonPattern::kUnlimited;
}

std::optional<std::uint32_t> CommonPatternParser::number() {
  if (at_end() || !is_ascii_digit(text_[position_])) return std::nullopt;
  std::uint32_t value = 0;
  while (!at_end() && is_ascii_digit(text_[position_])) {
    value = value * 10 + (take_any() - U'0');
    if (value > kMaxRepeats) unknown();
  }
  return value;
}

/// Reads a single character or a character class.
CharacterClass CommonPatternParser::atom() {
  if (take(U'\\')) return escape();
  if (take(U'[')) return brackets();
  CharacterClass characters;
  if (next_is_one_of(U"^*+?{}]")) {
    unknown();
  } else if (take(U'.')) {
    if (any_case_) unknown();
    characters.add(U'\n');
    characters.invert();
  } else {
    const char32_t c = take_any();
    watch_folding(c);
    add_character(characters, c);
  }
  return characters;
}

CharacterClass CommonPatternParser::escape() {
  CharacterClass characters;
  if (next_is_one_of(U"wW")) {
    // Only outside brackets, \w includes these as well.
    const bool negated = take_any() == U'W';
    if (any_case_) unknown();
    characters.add_shorthand(U'w');
    for (const char32_t c : std::u32string_view(U"²³¹¼½¾")) characters.add(c);
    if (negated) characters.invert();
  } else if (!set_escape(characters)) {
    const char32_t c = escaped_character();
    watch_folding(c);
    add_character(characters, c);
  }
  return characters;
}

/// Reads a bracket expression, after the opening bracket.
CharacterClass CommonPatternParser::brackets() {
  CharacterClass characters;
  const bool negated = take(U'^');
  if (next_is(U']') || (negated && any_case_)) unknown();
  const std::size_t begin = position_;
  while (!at_end() && !next_is(U']')) element(characters, position_ == begin);
  if (any_case_ && position_ - begin == 1) unknown();  // equals a character without brackets
  if (!take(U']')) unknown();
  last_letter_ = 0;
  if (negated) characters.invert();
  return characters;
}

void CommonPatternParser::element(CharacterClass& characters, bool is_first) {
  if (take(U'[')) return inner_brackets(characters);
  if (take(U"&&")) return unknown();
  const bool is_range_next = position_ + 1 < text_.size() && text_[position_ + 1] != U']';
  if (next_is(U'-') && is_range_next && (!is_first || text_[position_ + 1] == U'-')) {
    return unknown();  // the meaning of this hyphen is unclear
  }
  const bool escaped = take(U'\\');
  if (escaped && set_escape(characters)) return;
  const char32_t first = escaped ? escaped_character() : take_any();
  const bool is_range =
      next_is(U'-') && position_ + 1 < text_.size() && text_[position_ + 1] != U']';
  if (!is_range) return add_character(characters, first);
  take_any();
  if (next_is(U'[') || any_case_) return unknown();
  const char32_t last = take(U'\\') ? escaped_character() : take_any();
  if (last < first) return unknown();
  characters.add(first, last);
}

/// Reads a nested bracket expression, which adds to the outer one, after its opening bracket.
void CommonPatternParser::inner_brackets(CharacterClass& characters) {
  if (take(U":punct:]")) {
    for (const std::u32string_view name : {U"P", U"S"}) characters.add_property(name, false);
    return;
  }
  if (++depth_ > kMaxDepth || next_is_one_of(U"^:]")) return unknown();
  const std::size_t begin = position_;
  while (!at_end() && !next_is(U']')) element(characters, position_ == begin);
  if (!take(U']') || next_is(U'-')) unknown();
  --depth_;
}

bool CommonPatternParser::set_escape(CharacterClass& characters) {
  if (!next_is_one_of(U"sSdDwWpP")) return false;
  if (any_case_) unknown();
  const char32_t letter = take_any();
  if (characters.add_shorthand(letter)) return true;
  const bool is_braced = take(U'{');
  const bool negated = take(U'^') != (letter == U'P');
  const std::size_t end = text_.find(U'}', position_);
  if (!is_braced || end == std::u32string::npos) {
    unknown();
    return true;
  }
  const auto name = std::u32string_view(text_).substr(position_, end - position_);
  position_ = end + 1;
  if (!characters.add_property(name, negated)) unknown();
  return true;
}

char32_t CommonPatternParser::escaped_character() {
  constexpr std::array<std::pair<char32_t, char32_t>, 6> kControls = {
      {{U'n', U'\n'}, {U'r', U'\r'}, {U't', U'\t'}, {U'f', U'\f'}, {U'v', U'\v'}, {U'a', U'\a'}}};
  const char32_t c = take_any();
  if (c == U'u') return hex_character();
  for (const auto& [letter, control] : kControls) {
    if (c == letter) return control;
  }
  // The excluded punctuation characters are anchors in some syntaxes.
  const bool is_plain = c >= U' ' && c < 0x7F && !is_ascii_letter(c) && !is_ascii_digit(c) &&
                        std::u32string_view(U"'`<>").find(c) == std::u32string_view::npos;
  if (!is_plain) unknown();
  return c;
}

/// Reads four hexadecimal digits.
char32_t CommonPatternParser::hex_character() {
  char32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const char32_t c = take_any();
    const bool is_letter = (c | 0x20) >= U'a' && (c | 0x20) <= U'f';
    if (!is_letter && !is_ascii_digit(c)) unknown();
    value = value * 16 + (is_letter ? (c | 0x20) - U'a' + 10 : c - U'0');
  }
  if (value >= 0xD800 && value < 0xE000) unknown();
  return value;
}

void CommonPatternParser::add_character(CharacterClass& characters, char32_t c) {
  characters.add(c);
  if (!any_case_) return;
  if (c >= 0x80) return unknown();
  if (!is_ascii_letter(c)) return;
  characters.add(c ^ 0x20);
  if ((c | 0x20) == U's') characters.add(U'\u017F');  // long s
  if ((c | 0x20) == U'k') characters.add(U'\u212A');  // Kelvin
}

/// Rejects pairs of letters that also match a ligature or a sharp s if case is ignored.
void CommonPatternParser::watch_folding(char32_t c) {
  if (!any_case_) return;
  const char32_t letter = c | 0x20;
  for (const std::u32string_view pair : {U"ff", U"fi", U"fl", U"ss", U"st"}) {
    if (last_letter_ == pair[0] && letter == pair[1]) unknown();
  }
  last_letter_ = is_ascii_letter(c) ? letter : 0;
}

CommonPatternParser::Fragment CommonPatternParser::add(Node node) {
  const auto index = static_cast<std::uint32_t>(pattern_.nodes_.size());
  pattern_.nodes_.push_back(std::move(node));
  if (pattern_.nodes_.size() > kMaxNodes) unknown();
  return {index, {index}, false};
}

/// Adds a node whose only branch is a part that ends at kEnd.
CommonPatternParser::Fragment CommonPatternParser::without_next(Node::Kind kind,
                                                                const Fragment& inside) {
  connect(inside, CommonPattern::kEnd);
  Node node;
  node.kind = kind;
  node.branches = {inside.start};
  Fragment whole = add(std::move(node));
  whole.is_assertion = kind != Node::Kind::kAtomic || inside.is_assertion;
  return whole;
}

/// Adds a node that matches the empty string.
CommonPatternParser::Fragment CommonPatternParser::empty() {
  Node nothing;
  nothing.class_index = static_cast<std::uint32_t>(pattern_.classes_.size());
  pattern_.classes_.emplace_back();
  nothing.least = nothing.most = 0;
  return add(std::move(nothing));
}

void CommonPatternParser::connect(const Fragment& before, std::uint32_t next) {
  for (const std::uint32_t node : before.open) pattern_.nodes_[node].next = next;
}

bool CommonPatternParser::take(char32_t c) {
  const bool found = next_is(c);
  if (found) ++position_;
  return found;
}

bool CommonPatternParser::take(std::u32string_view word) {
  const bool found = std::u32string_view(text_).substr(position_).starts_with(word);
  if (found) position_ += word.size();
  return found;
}

char32_t CommonPatternParser::take_any() {
  if (at_end()) {
    unknown();
    return 0;
  }
  return text_[position_++];
}

void CommonPatternParser::unknown() {
  known_ = false;
  position_ = text_.size();
}

}  // namespace m2v::tokenizer
