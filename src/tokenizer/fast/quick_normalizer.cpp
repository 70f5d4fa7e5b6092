#include "tokenizer/fast/quick_normalizer.h"

#include <algorithm>

#include "text/graphemes.h"
#include "text/unicode.h"
#include "tokenizer/normalizers/growth.h"

namespace m2v::tokenizer {
namespace {

using Entry = QuickNormalizer::Scratch::Entry;

constexpr std::uint8_t kNotSimple = 255;  // size of an entry whose character is not simple

constexpr char32_t kCrLf = 0x110000;  // represents CR LF, which is one grapheme cluster

/// Returns whether a character and its neighbors are normalized independently: it is a grapheme
/// cluster of its own, composes with nothing, and is never reordered. (For a carriage return, this
/// holds unless a line feed follows.)
bool is_inert(char32_t c) {
  using text::GraphemeClass;
  switch (text::grapheme_class(c)) {
    case GraphemeClass::kOther:
    case GraphemeClass::kCr:
    case GraphemeClass::kLf:
    case GraphemeClass::kControl:
    case GraphemeClass::kConsonant:
    case GraphemeClass::kPictograph:
    case GraphemeClass::kHangulLv:
    case GraphemeClass::kHangulLvt:
      return text::combining_class(c) == 0;
    default:
      return false;
  }
}

void run_steps(std::span<const NormalizerStep> steps, AlignedText& text) {
  for (const NormalizerStep& step : steps) {
    std::visit([&](const auto& kind) { kind.normalize(text); }, step);
  }
}

/// Sets `entry` to the normalized form of a character, or to kNotSimple.
void look_up(std::span<const NormalizerStep> steps, char32_t c, Entry& entry) {
  entry.size = kNotSimple;
  AlignedText text;
  if (c == kCrLf) {
    text.push_back(U'\r', {0, 1});
    text.push_back(U'\n', {1, 2});
  } else {
    if (!is_inert(c)) return;
    text.push_back(c, {0, 1});
  }
  run_steps(steps, text);
  // Between the steps, a carriage return might be followed by a line feed that the next character
  // was mapped to.
  const auto keeps_apart = [&](char32_t result) {
    return is_inert(result) && (result != U'\r' || steps.size() == 1);
  };
  if (!std::ranges::all_of(text.characters(), keeps_apart)) return;
  const std::string utf8 = text.utf8();
  if (utf8.size() > sizeof(entry.bytes)) return;
  entry.size = static_cast<std::uint8_t>(utf8.size());
  utf8.copy(entry.bytes, utf8.size());
}

/// Returns whether a step maps inert characters one by one.
bool is_mapping(const NormalizerStep& step) {
  return !std::holds_alternative<Replace>(step) && !std::holds_alternative<Strip>(step) &&
         !std::holds_alternative<Prepend>(step);
}

}  // namespace

QuickNormalizer::QuickNormalizer(const Normalizer& normalizer) {
  std::uint32_t mappings = 0;
  const std::span<const NormalizerStep> steps = normalizer.steps();
  for (std::size_t begin = 0, end = 0; begin < steps.size(); begin = end) {
    while (end < steps.size() && is_mapping(steps[end])) ++end;
    if (end > begin) {
      steps_.emplace_back(Mapping{steps.subspan(begin, end - begin), mappings++, {}});
      continue;
    }
    const NormalizerStep& step = steps[end++];
    if (const auto* replace = std::get_if<Replace>(&step)) {
      steps_.emplace_back(replace);
    } else if (const auto* strip = std::get_if<Strip>(&step)) {
      steps_.emplace_back(strip);
    } else {
      steps_.emplace_back(&std::get<Prepend>(step));
    }
  }
  for (Step& step : steps_) {
    auto* mapping = std::get_if<Mapping>(&step);
    if (mapping == nullptr) continue;
    for (char32_t c = 0; c < mapping->keeps_ascii.size(); ++c) {
      Entry entry;
      look_up(mapping->steps, c, entry);
      // A carriage return is looked up together with the character after it.
      mapping->keeps_ascii[c] =
          c != U'\r' && entry.size == 1 && entry.bytes[0] == static_cast<char>(c);
    }
  }
}

QuickNormalizer::Result QuickNormalizer::normalize(std::string_view text, std::string& out,
                                                   Scratch& scratch) const {
  if (!text::is_well_formed(text) || text.find('\0') != std::string_view::npos) {
    return Result::kRefused;
  }
  out = text;
  scratch.original_size = text.size();
  bool from_start = true;
  for (const Step& step : steps_) {
    from_start &= std::visit([&](const auto& kind) { return apply(kind, out, scratch); }, step);
    check_growth(text.size(), out.size());
  }
  return from_start && !out.empty() ? Result::kFromStart : Result::kFromFurther;
}

// The overloads of apply() return whether the first character comes from the previous first one.

bool QuickNormalizer::apply(const Mapping& mapping, std::string& text, Scratch& scratch) const {
  const auto keeps = [&](char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value < 0x80 && mapping.keeps_ascii[value];
  };
  std::size_t position = 0;
  while (position < text.size() && keeps(text[position])) ++position;
  if (position == text.size()) return true;
  std::string& before = scratch.before;
  before.swap(text);
  text.assign(before, 0, position);
  while (position < before.size()) {
    const std::size_t run = position;
    while (position < before.size() && keeps(before[position])) ++position;
    text.append(before, run, position - run);
    if (position == before.size()) break;
    char32_t c = text::decode_utf8(before, position);
    if (c == U'\r' && position < before.size() && before[position] == '\n') {
      ++position;
      c = kCrLf;
    }
    const std::uint32_t key = (mapping.number << 21 | c) + 1;
    Entry& entry = scratch.characters[(c ^ mapping.number << 9) % scratch.characters.size()];
    if (entry.key != key) {
      entry.key = key;
      look_up(mapping.steps, c, entry);
    }
    // If the start of the text is dropped, the steps differ in where the first character comes
    // from.
    const bool unclear_start = text.empty() && (entry.size == 0 || c == kCrLf);
    if (entry.size == kNotSimple || unclear_start) {
      AlignedText whole(before);
      run_steps(mapping.steps, whole);
      text = whole.utf8();
      return !whole.empty() && whole.span(0).begin == 0;
    }
    text.append(entry.bytes, entry.size);
  }
  return true;
}

bool QuickNormalizer::apply(const Replace* replace, std::string& text, Scratch& scratch) const {
  if (text.empty()) return true;  // even an empty match does not count in an empty text
  replace->pattern.find_all(text, scratch.matches);
  if (scratch.matches.empty()) return true;
  const std::string content = text::to_utf8(replace->content);
  check_growth(scratch.original_size, scratch.matches.size() * content.size());
  std::string& before = scratch.before;
  before.swap(text);
  text.clear();
  std::size_t done = 0;
  for (const auto& [begin, end] : scratch.matches) {
    text.append(before, done, begin - done).append(content);
    done = end;
  }
  text.append(before, done);
  // The replacement comes from the last character of the match.
  const auto [begin, end] = scratch.matches.front();
  const bool one = text::count_characters(std::string_view(before).substr(0, end)) <= 1;
  return begin > 0 || (one && !content.empty()) || end == 0;
}

bool QuickNormalizer::apply(const Strip* strip, std::string& text, Scratch&) const {
  std::size_t begin = 0;
  while (strip->left && begin < text.size()) {
    std::size_t next = begin;
    if (!text::is_whitespace(text::decode_utf8(text, next))) break;
    begin = next;
  }
  while (strip->right && begin < text.size()) {
    std::size_t last = text.size() - 1;
    while (!text::starts_character(text[last])) --last;
    std::size_t next = last;
    if (!text::is_whitespace(text::decode_utf8(text, next))) break;
    text.resize(last);
  }
  text.erase(0, begin);
  return begin == 0;
}

bool QuickNormalizer::apply(const Prepend* prepend, std::string& text, Scratch&) const {
  if (!text.empty()) text.insert(0, text::to_utf8(prepend->front));
  return true;
}

}  // namespace m2v::tokenizer
