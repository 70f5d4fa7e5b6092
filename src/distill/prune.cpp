#include "distill/prune.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <unordered_set>

#include "distill/model_vocabulary.h"
#include "distill/token_counts.h"
#include "unicode/unicode.h"

namespace m2v::distillation {
namespace {

using TokenSet = std::unordered_set<std::string>;

/// A token without what marks its place in a word.
std::u32string bare(std::string_view token) {
  for (const std::string_view mark : {"##", "\u2581", "\u0120"}) {
    if (token.size() > mark.size() && token.starts_with(mark)) token.remove_prefix(mark.size());
  }
  return unicode::to_utf32(token);
}

bool is_byte_token(std::string_view token) {
  return token.size() == 6 && token.starts_with("<0x") && token.ends_with('>');
}

/// Everything that the used tokens need.
class Keeper {
 public:
  Keeper(const ModelVocabulary& vocabulary, TokenSet used)
      : vocabulary_(vocabulary), kept_(std::move(used)) {
    const TokenSet tokens = kept_;
    for (const std::string& token : tokens) {
      for (const char32_t c : bare(token)) characters_.insert(c);
      if (!vocabulary.is_bpe()) continue;
      for (std::string& step : vocabulary.merges().steps(token)) kept_.insert(std::move(step));
    }
    if (vocabulary.unknown) kept_.insert(*vocabulary.unknown);
    // What an unknown character costs depends on the lowest score.
    const auto& all = vocabulary.tokens();
    const auto lowest = std::ranges::min_element(all, {}, &VocabularyToken::score);
    if (vocabulary.has_scores() && lowest != all.end()) kept_.insert(lowest->text);
  }

  bool keeps(const std::string& token) const {
    if (kept_.contains(token) || is_byte_token(token)) return true;
    const std::u32string characters = bare(token);
    return characters.size() == 1 &&
           (characters_.contains(characters[0]) || spells_byte(token, characters[0]));
  }

 private:
  /// Characters of byte-level vocabularies: without one of them a text may lack a byte.
  bool spells_byte(const std::string& token, char32_t c) const {
    return vocabulary_.is_bpe() && c < 0x144 && unicode::count_characters(token) == 1;
  }

  const ModelVocabulary& vocabulary_;
  TokenSet kept_;
  std::unordered_set<char32_t> characters_;
};

core::Json::Array renumbered(const core::JsonAt& added, const Tokenizer& tokenizer,
                             const std::vector<std::uint32_t>& new_ids) {
  core::Json::Array result;
  for (const core::JsonAt& token : added.elements()) {
    const auto id = tokenizer.id(token.at("content").string());
    if (!id || new_ids[*id] == ModelVocabulary::kNewToken) continue;
    result.push_back(token.value());
    result.back().set("id", static_cast<std::int64_t>(new_ids[*id]));
  }
  return result;
}

}  // namespace

PrunedTokenizer prune_tokenizer(const core::Json& json, const std::string& file,
                                const Tokenizer& tokenizer, Texts texts, unsigned threads) {
  const core::JsonAt root(json, file);
  ModelVocabulary vocabulary = ModelVocabulary::read(root.at("model"));
  if (vocabulary.has_affixes()) {
    throw std::invalid_argument("prune_to: a BPE vocabulary with affixes cannot be pruned");
  }
  const std::vector<std::uint64_t> counts = count_tokens(tokenizer, texts, threads);
  TokenSet wanted;
  for (std::uint32_t id = 0; id < counts.size(); ++id) {
    if (counts[id] > 0) wanted.emplace(tokenizer.token(id).value_or(""));
  }
  if (const auto added = root.get("added_tokens")) {
    for (const core::JsonAt& token : added->elements()) {
      const std::string& text = token.at("content").string();
      if (token.boolean_or("special", false)) wanted.insert(text);
      // Outside of the model's vocabulary: there from now on.
      if (!vocabulary.contains(text)) vocabulary.insert(text, *tokenizer.id(text));
    }
  }
  const Keeper keeper(vocabulary, std::move(wanted));
  vocabulary.remove([&](const VocabularyToken& token) { return !keeper.keeps(token.text); });
  PrunedTokenizer result{.tokenizer = json, .old_ids = {}};
  std::vector<std::uint32_t> new_ids(tokenizer.id_limit(), ModelVocabulary::kNewToken);
  for (const VocabularyToken& token : vocabulary.tokens()) {
    new_ids[token.id] = static_cast<std::uint32_t>(result.old_ids.size());
    result.old_ids.push_back(token.id);
  }
  if (const auto added = root.get("added_tokens")) {
    result.tokenizer.set("added_tokens", renumbered(*added, tokenizer, new_ids));
  }
  for (const char* key : {"truncation", "padding", "post_processor"}) {
    result.tokenizer.set(key, nullptr);  // their ids would be others
  }
  vocabulary.write(*result.tokenizer.find("model"));
  return result;
}

}  // namespace m2v::distillation
