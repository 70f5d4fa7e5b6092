#include "distill/model_vocabulary.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace m2v::distillation {
namespace {

void check_ids(const base::JsonAt& vocabulary, const std::vector<VocabularyToken>& tokens) {
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i].id != tokens[i - 1].id) continue;
    vocabulary.fail("\"" + std::min(tokens[i].text, tokens[i - 1].text) + "\" and \"" +
                    std::max(tokens[i].text, tokens[i - 1].text) + "\" have the same id, " +
                    std::to_string(tokens[i].id));
  }
}

/// Reads the vocabulary of WordPiece, WordLevel or BPE: {"token": id}.
std::vector<VocabularyToken> read_ids(const base::JsonAt& vocabulary) {
  std::unordered_map<std::string_view, std::uint32_t> ids;
  for (const auto& [text, id] : vocabulary.object()) {
    ids[text] = read_token_id(
        base::JsonAt(id, vocabulary.file(), vocabulary.path() + "[\"" + text + "\"]"));
  }
  std::vector<VocabularyToken> tokens;
  tokens.reserve(ids.size());
  for (const auto& [text, id] : ids) tokens.push_back({.text = std::string(text), .id = id});
  std::ranges::sort(tokens, {}, &VocabularyToken::id);
  check_ids(vocabulary, tokens);
  return tokens;
}

/// Reads the vocabulary of Unigram: [["token", score], ...], in which the index is the id.
std::vector<VocabularyToken> read_scores(const base::JsonAt& vocabulary) {
  std::vector<VocabularyToken> tokens;
  std::unordered_map<std::string_view, std::uint32_t> last;
  for (const base::JsonAt& piece : vocabulary.elements()) {
    const auto parts = piece.elements();
    if (parts.size() != 2) piece.fail("must be a token and its score");
    const auto id = static_cast<std::uint32_t>(tokens.size());
    last[parts[0].string()] = id;
    tokens.push_back({.text = parts[0].string(), .id = id, .score = parts[1].number()});
  }
  std::erase_if(tokens, [&](const VocabularyToken& token) { return last[token.text] != token.id; });
  return tokens;
}

}  // namespace

std::uint32_t read_token_id(const base::JsonAt& value) {
  const std::uint64_t id = value.natural();
  if (id >= ModelVocabulary::kNewToken) value.fail("is too large for an id");
  return static_cast<std::uint32_t>(id);
}

ModelVocabulary::Kind ModelVocabulary::read_kind(const base::JsonAt& type) {
  const std::string& name = type.string();
  if (name == "WordPiece") return Kind::kWordPiece;
  if (name == "WordLevel") return Kind::kWordLevel;
  if (name == "BPE") return Kind::kBpe;
  if (name == "Unigram") return Kind::kUnigram;
  type.fail("tokenizers of type \"" + name +
            "\" cannot be distilled; WordPiece, BPE, Unigram and WordLevel can");
}

ModelVocabulary ModelVocabulary::read(const base::JsonAt& model) {
  ModelVocabulary result;
  result.kind_ = read_kind(model.at("type"));
  const base::JsonAt vocabulary = model.at("vocab");
  result.tokens_ = result.has_scores() ? read_scores(vocabulary) : read_ids(vocabulary);
  if (result.has_scores() && !result.tokens_.empty()) {
    result.lowest_score_ = std::ranges::min(result.tokens_, {}, &VocabularyToken::score).score;
  }
  for (const VocabularyToken& token : result.tokens_) result.texts_.insert(token.text);
  result.read_unknown(model);
  if (result.is_bpe()) result.merges_ = Merges::read(model.at("merges"));
  if (!result.has_scores()) {
    result.continuing_prefix_ = model.string_or("continuing_subword_prefix", "");
    result.has_affixes_ =
        !result.continuing_prefix_.empty() || !model.string_or("end_of_word_suffix", "").empty();
  }
  return result;
}

void ModelVocabulary::read_unknown(const base::JsonAt& model) {
  if (!has_scores()) {
    if (!is_bpe() || model.get("unk_token")) unknown = model.at("unk_token").string();
  } else if (const auto id = model.get("unk_id")) {
    const auto token = std::ranges::find(tokens_, id->natural(), &VocabularyToken::id);
    if (token == tokens_.end()) id->fail("is not an id in the vocabulary");
    unknown = token->text;
  }
}

base::Json ModelVocabulary::as_json() const {
  base::Json::Array scores;
  base::Json::Object ids;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const VocabularyToken& token = tokens_[i];
    if (has_scores()) {
      scores.push_back(base::Json::Array{token.text, token.score});
    } else {
      ids.emplace_back(token.text, static_cast<std::int64_t>(i));
    }
  }
  return has_scores() ? base::Json(std::move(scores)) : base::Json(std::move(ids));
}

void ModelVocabulary::write(base::Json& model) const {
  model.set("vocab", as_json());
  if (is_bpe()) model.set("merges", merges_.as_json());
  if (!has_scores()) {
    model.set("unk_token", unknown ? base::Json(*unknown) : base::Json());
    return;
  }
  const auto token = std::ranges::find_if(
      tokens_, [&](const VocabularyToken& candidate) { return candidate.text == unknown; });
  model.set("unk_id", token == tokens_.end()
                          ? base::Json()
                          : base::Json(static_cast<std::int64_t>(token - tokens_.begin())));
}

void ModelVocabulary::insert(const std::string& text, std::uint32_t id) {
  const auto location = std::ranges::upper_bound(tokens_, id, {}, &VocabularyToken::id);
  tokens_.insert(location, {.text = text, .id = id, .score = lowest_score_});
  texts_.insert(text);
}

void ModelVocabulary::append(const std::string& text) { insert(text, kNewToken); }

void ModelVocabulary::append_word(const std::string& text) {
  append(text);
  if (!is_bpe()) return;
  for (const std::string& part : merges_.add_word(text)) {
    if (!contains(part)) append(part);
  }
}

void ModelVocabulary::remove(const std::function<bool(const VocabularyToken&)>& gone) {
  if (std::erase_if(tokens_, gone) == 0) return;
  texts_.clear();
  for (const VocabularyToken& token : tokens_) texts_.insert(token.text);
  if (is_bpe()) remove_lost_merges();
}

void ModelVocabulary::remove_lost_merges() {
  merges_.remove([&](const Merges::Merge& merge) {
    const auto& [left, right] = merge;
    const bool continues = right.starts_with(continuing_prefix_);
    return !contains(left) || !contains(right) ||
           !contains(left + right.substr(continues ? continuing_prefix_.size() : 0));
  });
}

}  // namespace m2v::distillation
