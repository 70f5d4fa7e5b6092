#include "tokenizer/pipeline.h"

#include <algorithm>
#include <iterator>

#include "base/cancellation.h"
#include "text/unicode.h"
#include "tokenizer/added_vocabulary.h"

namespace m2v::tokenizer {
namespace {

constexpr unsigned kWordsBetweenChecks = 1024;

/// Returns, for each byte of the text and for its end, the number of characters that start before
/// it.
std::vector<std::uint32_t> character_numbers(std::string_view text) {
  std::vector<std::uint32_t> numbers(text.size() + 1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    numbers[i + 1] = numbers[i] + (text::starts_character(text[i]) ? 1 : 0);
  }
  return numbers;
}

/// Appends the pieces of a word with their offsets in the original text. The pieces are in order;
/// byte tokens that together represent one character may all have the bytes of that character.
void append_tokens(const AlignedText& word, std::string_view characters,
                   const std::vector<Piece>& pieces, std::vector<Token>& tokens) {
  const std::vector<std::uint32_t> numbers = character_numbers(characters);
  const auto span_at = [&](std::size_t byte) { return word.span(numbers[byte + 1] - 1); };
  for (const Piece& piece : pieces) {
    tokens.push_back({piece.id, span_at(piece.begin).begin, span_at(piece.end - 1).end});
  }
}

/// Appends the details of an added token, which is a word of its own.
void describe_added(std::string_view text, TokenDetails& details) {
  details.token_count.push_back({std::string(text), details.words++});
}

/// Rejects members that no version of the format has, and unknown versions.
void check_root(const base::JsonAt& root) {
  static constexpr std::string_view kMembers[] = {"version",        "truncation", "padding",
                                                  "added_tokens",   "normalizer", "pre_tokenizer",
                                                  "post_processor", "decoder",    "model"};
  for (const auto& [name, value] : root.object()) {
    if (std::ranges::find(kMembers, name) == std::end(kMembers)) {
      root.fail("a tokenizer has no member \"" + name + "\"");
    }
  }
  const auto version = root.find("version");
  if (version && version->string() != "1.0") {
    version->fail("version \"" + version->string() + "\" is not known; \"1.0\" is");
  }
}

}  // namespace

Pipeline Pipeline::parse(const base::Json& json, const std::string& file,
                         const formats::Sections* compiled) {
  const base::JsonAt root(json, file);
  check_root(root);
  Pipeline pipeline;
  pipeline.model = parse_model(root.at("model"), compiled);
  if (const auto stage = root.get("normalizer")) {
    pipeline.normalizer = Normalizer::parse(*stage, compiled);
  }
  if (const auto stage = root.get("pre_tokenizer")) {
    pipeline.pre_tokenizer = PreTokenizer::parse(*stage);
  }
  if (const auto stage = root.get("post_processor")) {
    pipeline.post_processor = PostProcessor::parse(*stage);
  }
  if (const auto stage = root.get("decoder")) pipeline.decoder = Decoder::parse(*stage);
  if (const auto tokens = root.find("added_tokens")) {
    AddedVocabulary added = AddedVocabulary::parse(*tokens, pipeline.model, pipeline.normalizer);
    pipeline.added_tokens = std::move(added.tokens);
    pipeline.added = std::move(added.in_original);
    pipeline.added_normalized = std::move(added.normalized);
  }
  const UnknownToken& unknown = unknown_of(pipeline.model);
  pipeline.unknown_id = unknown.id();
  for (const AddedToken& token : pipeline.added_tokens) {
    if (!unknown.id() && token.content == unknown.token()) pipeline.unknown_id = token.id;
  }
  return pipeline;
}

void Pipeline::save(base::Json& json, formats::Sections& sections) const {
  save_model(model, *json.find("model"), sections);
  if (base::Json* const stage = json.find("normalizer")) Precompiled::save_maps(*stage, sections);
}

void Pipeline::encode(std::string_view text, std::vector<Token>& tokens,
                      TokenDetails* details) const {
  std::vector<AddedTokenMatcher::Segment> segments;
  added.split(text, segments);
  const std::vector<std::uint32_t> numbers = character_numbers(text);
  for (const auto& segment : segments) {
    const auto begin = static_cast<std::size_t>(segment.text.data() - text.data());
    if (segment.token != nullptr) {
      tokens.push_back({segment.token->id, numbers[begin], numbers[begin + segment.text.size()]});
      if (details) describe_added(segment.text, *details);
    } else {
      encode_segment(segment.text, numbers[begin], tokens, details);
    }
  }
}

void Pipeline::encode_segment(std::string_view text, std::size_t begin, std::vector<Token>& tokens,
                              TokenDetails* details) const {
  AlignedText normalized(text, begin);
  normalizer.normalize(normalized);
  if (added_normalized.empty()) return encode_words(std::move(normalized), tokens, details);
  const std::string characters = normalized.utf8();
  const std::vector<std::uint32_t> numbers = character_numbers(characters);
  std::vector<AddedTokenMatcher::Segment> segments;
  added_normalized.split(characters, segments);
  for (const auto& segment : segments) {
    const auto first = static_cast<std::size_t>(segment.text.data() - characters.data());
    AlignedText part = normalized.slice(numbers[first], numbers[first + segment.text.size()]);
    if (segment.token != nullptr) {
      tokens.push_back({segment.token->id, part.span().begin, part.span().end});
      if (details) describe_added(segment.text, *details);
    } else {
      encode_words(std::move(part), tokens, details);
    }
  }
}

void Pipeline::encode_words(AlignedText text, std::vector<Token>& tokens,
                            TokenDetails* details) const {
  if (text.empty()) return;
  std::vector<AlignedText> words;
  words.push_back(std::move(text));
  pre_tokenizer.split(words);
  std::vector<Piece> pieces;
  ModelScratch scratch;
  base::CancellationChecks checks(kWordsBetweenChecks);
  for (const AlignedText& word : words) {
    checks.step();
    const std::string characters = word.utf8();
    pieces.clear();
    tokenize(model, characters, pieces, scratch);
    append_tokens(word, characters, pieces, tokens);
    if (details) describe(characters, pieces, *details);
  }
}

void Pipeline::describe(std::string_view word, const std::vector<Piece>& pieces,
                        TokenDetails& details) const {
  const bool shows_unknown = std::holds_alternative<Unigram>(model);
  for (const Piece& piece : pieces) {
    const auto known = vocabulary_of(model).token(piece.id);
    const bool is_text = !known || (shows_unknown && piece.id == unknown_of(model).id());
    details.token_count.push_back(
        {std::string(is_text ? word.substr(piece.begin, piece.end - piece.begin) : *known),
         details.words});
  }
  ++details.words;
}

}  // namespace m2v::tokenizer
