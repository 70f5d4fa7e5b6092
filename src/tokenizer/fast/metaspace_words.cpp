#include "tokenizer/fast/metaspace_words.h"

#include <array>
#include <variant>

#include "text/unicode.h"
#include "tokenizer/fast/spelling.h"

namespace m2v::tokenizer {
namespace {

/// What a byte may be the first byte of.
enum class Lead : std::uint8_t {
  kOther,
  kWhitespace,  ///< ASCII whitespace.
  kSeparator    ///< The mark or non-ASCII whitespace, but possibly another character.
};

constexpr auto kLeads = [] {
  std::array<Lead, 256> leads{};
  for (const unsigned char byte : {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20})
    leads[byte] = Lead::kWhitespace;
  for (const unsigned char byte : {0xC2, 0xE1, 0xE2, 0xE3}) leads[byte] = Lead::kSeparator;
  return leads;
}();

Lead lead_at(std::string_view text, std::size_t position) {
  return kLeads[static_cast<unsigned char>(text[position])];
}

/// Returns the size in bytes of the mark or the space at `position`, or 0 if there is neither.
std::size_t mark_size(std::string_view text, std::size_t position) {
  if (text[position] == ' ') return 1;
  return text.substr(position, kSpaceMark.size()) == kSpaceMark ? kSpaceMark.size() : 0;
}

std::size_t find_mark(std::string_view text, std::size_t position) {
  while (position < text.size() &&
         (lead_at(text, position) == Lead::kOther || mark_size(text, position) == 0)) {
    ++position;
  }
  return position;
}

/// Returns the size in bytes of the whitespace character at `position`, or 0 if there is none.
std::size_t whitespace_size(std::string_view text, std::size_t position) {
  std::size_t end = position;
  return text::is_whitespace(text::decode_utf8(text, end)) ? end - position : 0;
}

std::size_t find_whitespace(std::string_view text, std::size_t position) {
  while (position < text.size() &&
         (lead_at(text, position) == Lead::kOther || whitespace_size(text, position) == 0)) {
    ++position;
  }
  return position;
}

const Metaspace* find_metaspace(const std::vector<PreTokenizerStep>& steps) {
  const bool known = steps.size() == 1 ||
                     (steps.size() == 2 && std::holds_alternative<WhitespaceSplit>(steps.front()));
  const auto* metaspace = known ? std::get_if<Metaspace>(&steps.back()) : nullptr;
  if (metaspace == nullptr || !metaspace->splits || metaspace->replacement != U'\u2581') {
    return nullptr;
  }
  // Otherwise, words after whitespace would have no marks. This case is rare and not supported.
  const bool all_marked = steps.size() == 1 || metaspace->prepend == Metaspace::Prepend::kAlways;
  return all_marked ? metaspace : nullptr;
}

}  // namespace

std::unique_ptr<const FastPath> MetaspaceWords::compile(const Pipeline& pipeline,
                                                        const formats::Sections* compiled) {
  const auto& steps = pipeline.pre_tokenizer.steps();
  const Metaspace* const metaspace = find_metaspace(steps);
  if (metaspace == nullptr || !WordIds::can_serve(pipeline.model)) return nullptr;
  return std::unique_ptr<const FastPath>(
      new MetaspaceWords(pipeline, metaspace->prepend, steps.size() == 2, compiled));
}

MetaspaceWords::MetaspaceWords(const Pipeline& pipeline, Metaspace::Prepend prepend,
                               bool splits_whitespace, const formats::Sections* compiled)
    : pipeline_(pipeline),
      prepend_(prepend),
      splits_whitespace_(splits_whitespace),
      normalizer_(pipeline.normalizer),
      words_(pipeline.model, Spelling::kMetaspace, compiled) {}

bool MetaspaceWords::encode(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
                            Scratch& scratch) const {
  const auto result = normalizer_.normalize(text, scratch.normalized, scratch.normalizer);
  if (result == QuickNormalizer::Result::kRefused) return false;
  at_start = at_start && result == QuickNormalizer::Result::kFromStart;
  const std::string_view normalized = scratch.normalized;
  if (pipeline_.added_normalized.definitely_absent(normalized)) {
    return encode_part(normalized, at_start, ids, limit, scratch);
  }
  const std::size_t before = ids.size();
  pipeline_.added_normalized.split(normalized, scratch.segments);
  for (const auto& segment : scratch.segments) {
    if (segment.token != nullptr) {
      ids.push_back(segment.token->id);
    } else if (!encode_part(segment.text, at_start, ids, limit, scratch)) {
      ids.shrink(before);
      return false;
    }
    at_start = false;
  }
  return true;
}

/// Returns false if the first word of the part has no mark.
bool MetaspaceWords::encode_part(std::string_view text, bool at_start, IdBuffer& ids,
                                 std::size_t limit, Scratch& scratch) const {
  if (text.empty()) return true;
  const bool prepends = prepend_ == Metaspace::Prepend::kAlways ||
                        (prepend_ == Metaspace::Prepend::kFirst && at_start);
  if (!prepends && mark_size(text, 0) == 0) return false;
  std::string& buffer = scratch.characters;
  buffer.assign(text).append(WordIds::kReadAhead, '\0');
  text = std::string_view(buffer).substr(0, text.size());
  WordWriter writer(words_, text.size(), ids, limit, scratch.words);
  if (splits_whitespace_) {
    add_pieces(text, writer);
  } else {
    add_words(text, writer);
  }
  writer.finish();
  return true;
}

/// Adds the words of the pieces between whitespace.
void MetaspaceWords::add_pieces(std::string_view text, WordWriter& writer) const {
  const bool has_marks = text.find(kSpaceMark) != std::string_view::npos;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = find_whitespace(text, begin);
    const bool more =
        end == begin || (has_marks ? add_words(text.substr(begin, end - begin), writer)
                                   : writer.add(text.data() + begin, end - begin));
    if (end == text.size() || !more) return;
    begin = end + whitespace_size(text, end);
  }
}

/// Adds the words of a piece: the text between marks, with or without a mark at the start of the
/// piece. Returns false once there are enough ids.
bool MetaspaceWords::add_words(std::string_view piece, WordWriter& writer) const {
  std::size_t begin = mark_size(piece, 0);
  while (true) {
    const std::size_t end = find_mark(piece, begin);
    const bool more =
        begin < end ? writer.add(piece.data() + begin, end - begin) : writer.add_empty();
    if (end == piece.size() || !more) return more;
    begin = end + mark_size(piece, end);
  }
}

}  // namespace m2v::tokenizer
