#include "tokenize/fast/metaspace_words.h"

#include <variant>

#include "unicode/unicode.h"

namespace m2v::tokenize {
namespace {

constexpr std::string_view kMark = "\u2581";

/// The size of the mark at `position`, a space being one; 0: there is none.
std::size_t mark_size(std::string_view text, std::size_t position) {
  if (text[position] == ' ') return 1;
  return text.substr(position, kMark.size()) == kMark ? kMark.size() : 0;
}

std::size_t find_mark(std::string_view text, std::size_t position) {
  while (position < text.size() && mark_size(text, position) == 0) ++position;
  return position;
}

const Metaspace* find_metaspace(const std::vector<PreTokenizerStep>& steps) {
  const bool known = steps.size() == 1 ||
                     (steps.size() == 2 && std::holds_alternative<WhitespaceSplit>(steps.front()));
  const auto* metaspace = known ? std::get_if<Metaspace>(&steps.back()) : nullptr;
  if (metaspace == nullptr || !metaspace->splits || metaspace->replacement != U'\u2581') {
    return nullptr;
  }
  // Otherwise the words behind white space have no marks, which is rare.
  const bool all_marked = steps.size() == 1 || metaspace->prepend == Metaspace::Prepend::kAlways;
  return all_marked ? metaspace : nullptr;
}

}  // namespace

std::unique_ptr<const FastRoad> MetaspaceWords::compile(const Pipeline& pipeline) {
  const auto& steps = pipeline.pre_tokenizer.steps();
  const Metaspace* const metaspace = find_metaspace(steps);
  if (metaspace == nullptr || !WordIds::can_serve(pipeline.model)) return nullptr;
  return std::unique_ptr<const FastRoad>(
      new MetaspaceWords(pipeline, metaspace->prepend, steps.size() == 2));
}

MetaspaceWords::MetaspaceWords(const Pipeline& pipeline, Metaspace::Prepend prepend,
                               bool splits_whitespace)
    : pipeline_(pipeline),
      prepend_(prepend),
      splits_whitespace_(splits_whitespace),
      normalizer_(pipeline.normalizer),
      words_(pipeline.model, Spelling::kMetaspace) {}

bool MetaspaceWords::encode(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
                            Scratch& scratch) const {
  const auto result = normalizer_.normalize(text, scratch.normalized, scratch.normalizer);
  if (result == QuickNormalizer::Result::kRefused) return false;
  at_start = at_start && result == QuickNormalizer::Result::kFromStart;
  const std::string_view normalized = scratch.normalized;
  if (pipeline_.added_normalized.surely_absent(normalized)) {
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

/// False for a part whose first word has no mark.
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

/// What stands between white space, each with its words.
void MetaspaceWords::add_pieces(std::string_view text, WordWriter& writer) const {
  std::size_t begin = 0;
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t end = position;
    if (!unicode::is_whitespace(unicode::decode_utf8(text, position))) continue;
    if (begin < end && !add_words(text.substr(begin, end - begin), writer)) return;
    begin = position;
  }
  if (begin < text.size()) add_words(text.substr(begin), writer);
}

/// The words of a piece: what stands between marks, the first one at its beginning. False once
/// there are enough ids.
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

}  // namespace m2v::tokenize
