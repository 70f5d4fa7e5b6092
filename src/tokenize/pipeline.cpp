#include "tokenize/pipeline.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "m2v/error.h"

namespace m2v::tokenize {
namespace {

AddedToken parse_added_token(const core::JsonAt& json) {
  AddedToken token;
  token.content = json.at("content").string();
  token.single_word = json.at("single_word").boolean();
  token.lstrip = json.at("lstrip").boolean();
  token.rstrip = json.at("rstrip").boolean();
  token.normalized = json.at("normalized").boolean();
  token.special = json.at("special").boolean();
  json.at("id").natural();  // must be there, but counts for nothing: see assign_ids()
  return token;
}

/// Gives the tokens their ids as `tokenizers` does, whatever ids the file states: that of the
/// model's vocabulary, or else the next free one. Empty contents and repetitions are dropped.
std::vector<AddedToken> assign_ids(std::vector<AddedToken> tokens, const Vocabulary& vocabulary) {
  std::vector<AddedToken> kept;
  std::unordered_map<std::string, std::size_t> places;  // content -> index in kept
  std::uint32_t next = static_cast<std::uint32_t>(vocabulary.size());
  for (AddedToken& token : tokens) {
    if (token.content.empty()) continue;
    const auto [known, is_new] = places.try_emplace(token.content, kept.size());
    if (!is_new) {
      token.id = kept[known->second].id;
      kept[known->second] = std::move(token);
      continue;
    }
    const auto id = vocabulary.find(token.content);
    token.id = id ? *id : next;
    next = std::max(next, token.id + 1);
    kept.push_back(std::move(token));
  }
  return kept;
}

AddedTokenMatcher make_matcher(const std::vector<AddedToken>& tokens, bool normalized,
                               const Normalizer& normalizer, const core::JsonAt& place) {
  std::vector<AddedToken> chosen;
  for (const bool special : {true, false}) {  // of tokens that look alike the first counts
    std::ranges::copy_if(tokens, std::back_inserter(chosen), [&](const AddedToken& token) {
      return token.normalized == normalized && token.special == special;
    });
  }
  std::vector<std::string> patterns;
  for (const AddedToken& token : chosen) {
    std::string pattern = token.content;
    if (normalized) normalizer.normalize(pattern);
    if (pattern.empty()) {
      place.fail("the added token \"" + token.content + "\" is empty once it is normalized");
    }
    patterns.push_back(std::move(pattern));
  }
  return AddedTokenMatcher(std::move(chosen), patterns);
}

void check_version(const core::JsonAt& root) {
  const auto version = root.get("version");
  if (version && version->string() != "1.0") {
    version->fail("version \"" + version->string() + "\" is not known; \"1.0\" is");
  }
}

}  // namespace

Pipeline Pipeline::parse(const core::Json& json, const std::string& file) {
  const core::JsonAt root(json, file);
  check_version(root);
  Pipeline pipeline;
  pipeline.model = parse_model(root.at("model"));
  if (const auto stage = root.get("normalizer")) pipeline.normalizer = Normalizer::parse(*stage);
  if (const auto stage = root.get("pre_tokenizer")) {
    pipeline.pre_tokenizer = PreTokenizer::parse(*stage);
  }
  if (const auto stage = root.get("post_processor")) {
    pipeline.post_processor = PostProcessor::parse(*stage);
  }
  const Vocabulary& vocabulary = vocabulary_of(pipeline.model);
  if (const auto added = root.get("added_tokens")) {
    std::vector<AddedToken> tokens;
    for (const core::JsonAt& token : added->elements()) tokens.push_back(parse_added_token(token));
    pipeline.added_tokens = assign_ids(std::move(tokens), vocabulary);
    pipeline.added = make_matcher(pipeline.added_tokens, false, pipeline.normalizer, *added);
    pipeline.added_normalized =
        make_matcher(pipeline.added_tokens, true, pipeline.normalizer, *added);
  }
  const std::string& unknown = unknown_token_of(pipeline.model);
  pipeline.unknown_id = vocabulary.find(unknown);
  for (const AddedToken& token : pipeline.added_tokens) {
    if (token.content == unknown) pipeline.unknown_id = token.id;
  }
  return pipeline;
}

void Pipeline::encode(std::string_view text, std::vector<std::uint32_t>& ids) const {
  std::vector<AddedTokenMatcher::Segment> segments;
  added.split(text, segments);
  for (const auto& segment : segments) {
    if (segment.token != nullptr) {
      ids.push_back(segment.token->id);
    } else {
      encode_segment(segment.text, ids);
    }
  }
}

void Pipeline::encode_segment(std::string_view text, std::vector<std::uint32_t>& ids) const {
  std::string normalized(text);
  normalizer.normalize(normalized);
  std::vector<AddedTokenMatcher::Segment> segments;
  added_normalized.split(normalized, segments);
  for (const auto& segment : segments) {
    if (segment.token != nullptr) {
      ids.push_back(segment.token->id);
    } else {
      encode_words(segment.text, ids);
    }
  }
}

void Pipeline::encode_words(std::string_view text, std::vector<std::uint32_t>& ids) const {
  std::vector<std::string> words{std::string(text)};
  pre_tokenizer.split(words);
  for (const std::string& word : words) {
    std::visit([&](const auto& kind) { kind.tokenize(word, ids); }, model);
  }
}

}  // namespace m2v::tokenize
