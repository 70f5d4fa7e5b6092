#include "tokenizer/fast/sentencepiece_bpe.h"

#include <utility>
#include <variant>

#include "tokenizer/fast/spelling.h"

namespace m2v::tokenizer {
namespace {

/// Returns whether the step replaces each space with a mark.
bool marks_spaces(const NormalizerStep& step) {
  const auto* replace = std::get_if<Replace>(&step);
  return replace != nullptr && replace->pattern.pattern() == " " && replace->content == U"\u2581";
}

/// Returns whether the step splits only at spaces, and so leaves a text without spaces whole.
bool splits_at_spaces(const PreTokenizerStep& step) {
  const auto* split = std::get_if<Split>(&step);
  return split != nullptr && split->pattern.pattern() == " " && !split->invert;
}

}  // namespace

/// Supports two forms: either the last step of the normalizer marks spaces, so that the
/// pre-tokenizer finds none to split at; or Metaspace marks them and does not split.
std::optional<SentencePieceBpe::Marking> SentencePieceBpe::find_marking(const Pipeline& pipeline) {
  const auto& normalizers = pipeline.normalizer.steps();
  const auto& pre_tokenizers = pipeline.pre_tokenizer.steps();
  if (pre_tokenizers.size() > 1) return std::nullopt;
  if (!pre_tokenizers.empty()) {
    if (const auto* metaspace = std::get_if<Metaspace>(&pre_tokenizers.front())) {
      if (metaspace->splits || metaspace->replacement != U'\u2581') return std::nullopt;
      return Marking{pipeline.normalizer, metaspace->prepend};
    }
    if (!splits_at_spaces(pre_tokenizers.front())) return std::nullopt;
  }
  if (normalizers.empty() || !marks_spaces(normalizers.back())) return std::nullopt;
  return Marking{Normalizer({normalizers.begin(), normalizers.end() - 1})};
}

std::unique_ptr<const FastPath> SentencePieceBpe::compile(const Pipeline& pipeline,
                                                          const formats::Sections* compiled) {
  const auto* model = std::get_if<Bpe>(&pipeline.model);
  if (model == nullptr) return nullptr;
  auto marking = find_marking(pipeline);
  if (!marking) return nullptr;
  auto seams = BpeSeams::find(*model, Spelling::kSpacesForMarks, compiled);
  if (!seams) return nullptr;
  return std::unique_ptr<const FastPath>(
      new SentencePieceBpe(pipeline, *std::move(marking), *std::move(seams), compiled));
}

SentencePieceBpe::SentencePieceBpe(const Pipeline& pipeline, Marking marking, BpeSeams seams,
                                   const formats::Sections* compiled)
    : pipeline_(pipeline),
      marking_(std::move(marking)),
      quick_(marking_.before),
      normalizer_(pipeline.normalizer),
      seams_(std::move(seams)),
      words_(pipeline.model, Spelling::kSpacesForMarks, compiled) {}

/// Returns whether a text, before the marking, may contain added tokens. A pattern that consists of
/// marks may occur in any text.
bool SentencePieceBpe::may_hold_added(std::string_view text) const noexcept {
  const AddedTokenMatcher& added = pipeline_.added_normalized;
  return !added.definitely_absent(text) || !added.definitely_absent(kSpaceMark);
}

bool SentencePieceBpe::encode(std::string_view text, bool at_start, IdBuffer& ids,
                              std::size_t limit, Scratch& scratch) const {
  using Result = QuickNormalizer::Result;
  Result result = quick_.normalize(text, scratch.normalized, scratch.normalizer);
  if (result == Result::kRefused) return false;
  if (!may_hold_added(scratch.normalized)) {
    encode_part(scratch.normalized, at_start && result == Result::kFromStart, ids, limit, scratch);
    return true;
  }
  result = normalizer_.normalize(text, scratch.normalized, scratch.normalizer);
  at_start = at_start && result == Result::kFromStart;
  pipeline_.added_normalized.split(scratch.normalized, scratch.segments);
  for (const auto& segment : scratch.segments) {
    if (segment.token != nullptr) {
      ids.push_back(segment.token->id);
    } else {
      encode_part(segment.text, at_start, ids, limit, scratch);
    }
    at_start = false;
  }
  return true;
}

/// Appends the ids of a text that is one word for the model.
void SentencePieceBpe::encode_part(std::string_view text, bool at_start, IdBuffer& ids,
                                   std::size_t limit, Scratch& scratch) const {
  if (text.empty()) return;
  const bool prepends = marking_.prepend == Metaspace::Prepend::kAlways ||
                        (marking_.prepend == Metaspace::Prepend::kFirst && at_start);
  std::string& buffer = scratch.characters;
  buffer.clear();
  if (prepends && !text.starts_with(' ') && !text.starts_with(kSpaceMark)) buffer = " ";
  append_with_spaces_for_marks(text, buffer);
  const std::size_t size = buffer.size();
  buffer.append(WordIds::kReadAhead, '\0');
  WordWriter writer(words_, size, ids, limit, scratch.words);
  seams_.cut(std::string_view(buffer).substr(0, size),
             [&](const char* word, std::size_t bytes) { return writer.add(word, bytes); });
  writer.finish();
}

}  // namespace m2v::tokenizer
