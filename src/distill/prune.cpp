#include "distill/prune.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <unordered_set>

#include "distill/model_vocabulary.h"
#include "distill/token_counts.h"
#include "text/unicode.h"

namespace m2v::distillation {
namespace {

using TokenSet = std::unordered_set<std::string>;

/// Returns a token without the marker of its position in a word.
std::u32string bare(std::string_view token) {
  for (const std::string_view mark : {"##", "\u2581", "\u0120"}) {
    if (token.size() > mark.size() && token.starts_with(mark)) token.remove_prefix(mark.size());
  }
  return text::to_utf32(token);
}

bool is_byte_token(std::string_view token) {
  return token.size() == 6 && token.starts_with("<0x") && token.ends_with('>');
}

/// The set of tokens to keep: those that are used and everything that they need.
class TokenFilter {
 public:
  TokenFilter(const ModelVocabulary& vocabulary, TokenSet used)
      : vocabulary_(vocabulary), kept_(std::move(used)) {
    const TokenSet tokens = kept_;
    for (const std::string& token : tokens) {
      for (const char32_t c : bare(token)) characters_.insert(c);
      if (!vocabulary.is_bpe()) continue;
      for (std::string& step : vocabulary.merges().steps(token)) kept_.insert(std::move(step));
    }
    if (vocabulary.unknown) kept_.insert(*vocabulary.unknown);
    // The score of unknown characters depends on the lowest score of the vocabulary.
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
  /// Returns whether a token is a character of a byte-level vocabulary. Without one of them, a byte
  /// could not be encoded.
  bool spells_byte(const std::string& token, char32_t c) const {
    return vocabulary_.is_bpe() && c < 0x144 && text::count_characters(token) == 1;
  }

  const ModelVocabulary& vocabulary_;
  TokenSet kept_;
  std::unordered_set<char32_t> characters_;
};

base::Json::Array renumbered(const base::JsonAt& added, const Tokenizer& tokenizer,
                             const std::vector<std::uint32_t>& new_ids) {
  base::Json::Array result;
  for (const base::JsonAt& token : added.elements()) {
    const auto id = tokenizer.id(token.at("content").string());
    if (!id || new_ids[*id] == ModelVocabulary::kNewToken) continue;
    result.push_back(token.value());
    result.back().set("id", static_cast<std::int64_t>(new_ids[*id]));
  }
  return result;
}

}  // namespace

PrunedTokenizer prune_tokenizer(const base::Json& json, const std::string& file,
                                const Tokenizer& tokenizer, Texts texts, unsigned threads) {
  const base::JsonAt root(json, file);
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
    for (const base::JsonAt& token : added->elements()) {
      const std::string& text = token.at("content").string();
      if (token.boolean_or("special", false)) wanted.insert(text);
      // A token outside the model's vocabulary is added to it.
      if (!vocabulary.contains(text)) vocabulary.insert(text, *tokenizer.id(text));
    }
  }
  const TokenFilter keeper(vocabulary, std::move(wanted));
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
    result.tokenizer.set(key, nullptr);  // the ids in them would be wrong
  }
  vocabulary.write(*result.tokenizer.find("model"));
  return result;
}

}  // namespace m2v::distillation
