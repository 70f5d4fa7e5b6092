#include "tokenizer/fast/byte_level_words.h"

#include <variant>

namespace m2v::tokenizer {

std::optional<ByteLevelWords::Cut> ByteLevelWords::find_cut(
    const std::vector<PreTokenizerStep>& steps) {
  if (steps.empty() || steps.size() > 2) return std::nullopt;
  const auto* bytes = std::get_if<ByteLevel>(&steps.back());
  if (bytes == nullptr) return std::nullopt;
  if (steps.size() == 1) {
    if (!bytes->pattern) return std::nullopt;
    return Cut{&*bytes->pattern, true, bytes->add_prefix_space, Spelling::kByteLevel};
  }
  const auto* split = std::get_if<Split>(&steps.front());
  if (split == nullptr || bytes->pattern) return std::nullopt;
  const bool isolated = split->behavior == SplitBehavior::kIsolated;
  const bool rest_removed = split->invert && split->behavior == SplitBehavior::kRemoved;
  if (!isolated && !rest_removed) return std::nullopt;
  return Cut{&split->pattern, isolated, false,
             bytes->add_prefix_space ? Spelling::kSpacedByteLevel : Spelling::kByteLevel};
}

std::unique_ptr<const FastPath> ByteLevelWords::compile(const Pipeline& pipeline,
                                                        const formats::Sections* compiled) {
  const auto cut = find_cut(pipeline.pre_tokenizer.steps());
  if (!cut || !WordIds::can_serve(pipeline.model)) return nullptr;
  return std::unique_ptr<const FastPath>(new ByteLevelWords(pipeline, *cut, compiled));
}

ByteLevelWords::ByteLevelWords(const Pipeline& pipeline, const Cut& cut,
                               const formats::Sections* compiled)
    : pipeline_(pipeline),
      cut_(cut),
      normalizer_(pipeline.normalizer),
      words_(pipeline.model, cut.spelling, compiled) {}

bool ByteLevelWords::encode(std::string_view text, bool, IdBuffer& ids, std::size_t limit,
                            Scratch& scratch) const {
  const auto result = normalizer_.normalize(text, scratch.normalized, scratch.normalizer);
  if (result == QuickNormalizer::Result::kRefused) return false;
  const std::string_view normalized = scratch.normalized;
  if (pipeline_.added_normalized.definitely_absent(normalized)) {
    encode_part(normalized, ids, limit, scratch);
    return true;
  }
  pipeline_.added_normalized.split(normalized, scratch.segments);
  for (const auto& segment : scratch.segments) {
    if (segment.token != nullptr) {
      ids.push_back(segment.token->id);
    } else {
      encode_part(segment.text, ids, limit, scratch);
    }
  }
  return true;
}

void ByteLevelWords::encode_part(std::string_view text, IdBuffer& ids, std::size_t limit,
                                 Scratch& scratch) const {
  if (text.empty()) return;
  std::string& buffer = scratch.characters;
  buffer.clear();
  if (cut_.space_in_front && text.front() != ' ') buffer = " ";
  buffer.append(text);
  const std::size_t size = buffer.size();
  buffer.append(WordIds::kReadAhead, '\0');
  cut_.pattern->find_all(std::string_view(buffer).substr(0, size), scratch.matches);
  WordWriter writer(words_, size, ids, limit, scratch.words);
  const auto add = [&](std::size_t begin, std::size_t end) {
    return writer.add(buffer.data() + begin, end - begin);
  };
  std::size_t done = 0;
  bool more = true;  // whether more ids are needed
  for (const auto& [begin, end] : scratch.matches) {
    more = (!cut_.keeps_rest || add(done, begin)) && add(begin, end);
    if (!more) break;
    done = end;
  }
  if (more && cut_.keeps_rest) add(done, size);
  writer.finish();
}

}  // namespace m2v::tokenizer
