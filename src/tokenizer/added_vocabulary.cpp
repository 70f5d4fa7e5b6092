#include "tokenizer/added_vocabulary.h"

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace m2v::tokenizer {
namespace {

AddedToken parse_token(const base::JsonAt& json) {
  AddedToken token;
  token.content = json.at("content").string();
  token.single_word = json.at("single_word").boolean();
  token.lstrip = json.at("lstrip").boolean();
  token.rstrip = json.at("rstrip").boolean();
  token.normalized = json.at("normalized").boolean();
  token.special = json.at("special").boolean();
  const base::JsonAt id = json.at("id");  // required, but otherwise ignored: see set_ids()
  if (id.natural() > std::numeric_limits<std::uint32_t>::max())
    id.fail("an id must fit in 32 bits");
  return token;
}

/// Returns whether the tokens are equal apart from their ids.
bool equal(const AddedToken& a, const AddedToken& b) {
  return a.content == b.content && a.single_word == b.single_word && a.lstrip == b.lstrip &&
         a.rstrip == b.rstrip && a.special == b.special && a.normalized == b.normalized;
}

/// Reads the tokens of the file except empty and repeated ones. Tokens with the same content but
/// different flags are kept.
std::vector<AddedToken> parse_tokens(const base::JsonAt& json) {
  std::vector<AddedToken> tokens;
  std::unordered_multimap<std::string, std::size_t> locations;  // content -> indices in tokens
  for (const base::JsonAt& element : json.elements()) {
    AddedToken token = parse_token(element);
    const auto [first, last] = locations.equal_range(token.content);
    const bool repeated = std::any_of(
        first, last, [&](const auto& location) { return equal(tokens[location.second], token); });
    if (token.content.empty() || repeated) continue;
    locations.emplace(token.content, tokens.size());
    tokens.push_back(std::move(token));
  }
  return tokens;
}

/// Assigns ids to the tokens as `tokenizers` does, ignoring the ids in the file: the id in the
/// model's vocabulary, or else the next id after the vocabulary, even if that is taken.
void set_ids(std::vector<AddedToken>& tokens, const Model& model) {
  std::unordered_map<std::string_view, std::uint32_t> ids;
  std::uint32_t next = first_free_id(model);
  for (AddedToken& token : tokens) {
    const auto [known, is_new] = ids.try_emplace(token.content, next);
    if (is_new) {
      if (const auto id = vocabulary_of(model).find(token.content)) {
        known->second = *id;
      } else {
        ++next;
      }
    }
    token.id = known->second;
  }
}

/// Returns the tokens in order of precedence, special tokens first. A special token replaces all
/// others with the same content.
std::vector<AddedToken> special_first(const std::vector<AddedToken>& tokens) {
  std::vector<AddedToken> ordered;
  std::unordered_set<std::string_view> specials;
  for (const AddedToken& token : tokens) {
    if (token.special && specials.insert(token.content).second) ordered.push_back(token);
  }
  std::copy_if(tokens.begin(), tokens.end(), std::back_inserter(ordered),
               [&](const AddedToken& token) { return !specials.contains(token.content); });
  return ordered;
}

AddedTokenMatcher make_matcher(const std::vector<AddedToken>& tokens, const Normalizer* normalizer,
                               const base::JsonAt& location) {
  std::vector<std::string> patterns;
  for (const AddedToken& token : tokens) {
    AlignedText content(token.content);
    if (normalizer != nullptr) normalizer->normalize(content);
    patterns.push_back(content.utf8());
    if (patterns.back().empty()) {
      location.fail("the added token \"" + token.content + "\" is empty once it is normalized");
    }
  }
  return AddedTokenMatcher(tokens, patterns);
}

}  // namespace

AddedVocabulary AddedVocabulary::parse(const base::JsonAt& json, const Model& model,
                                       const Normalizer& normalizer) {
  std::vector<AddedToken> tokens = parse_tokens(json);
  set_ids(tokens, model);
  std::unordered_map<std::uint32_t, const AddedToken*> last_of_id;
  for (const AddedToken& token : tokens) last_of_id[token.id] = &token;

  AddedVocabulary added;
  std::vector<AddedToken> chosen[2];  // matched in the original text, in the normalized text
  for (AddedToken token : special_first(tokens)) {
    auto& list = chosen[token.normalized ? 1 : 0];
    // Each token decides by itself in which text it is matched. The other flags are those of the
    // last token with the same id.
    const AddedToken& last = *last_of_id.at(token.id);
    token.single_word = last.single_word;
    token.lstrip = last.lstrip;
    token.rstrip = last.rstrip;
    list.push_back(std::move(token));
  }
  added.in_original = make_matcher(chosen[0], nullptr, json);
  added.normalized = make_matcher(chosen[1], &normalizer, json);
  std::unordered_set<std::string_view> named;
  std::copy_if(tokens.begin(), tokens.end(), std::back_inserter(added.tokens),
               [&](const AddedToken& token) { return named.insert(token.content).second; });
  return added;
}

}  // namespace m2v::tokenizer
