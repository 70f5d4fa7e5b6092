#include "tokenizer/vocabulary_files/assembly.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace m2v::tokenizer {
namespace {

/// A list of tokens with distinct contents.
class TokenList {
 public:
  /// Appends the token, or replaces the one with the same content.
  void put(AddedToken token) {
    const auto [location, is_new] = slots_.try_emplace(token.content, tokens_.size());
    if (is_new) tokens_.emplace_back();
    tokens_[location->second] = std::move(token);
  }
  void put_if_new(AddedToken token) {
    if (!slots_.contains(token.content)) put(std::move(token));
  }
  std::vector<AddedToken>& tokens() { return tokens_; }

 private:
  std::vector<AddedToken> tokens_;
  std::unordered_map<std::string, std::size_t> slots_;
};

std::vector<AddedToken> added_tokens(const Assembly& parts, const Settings& settings) {
  TokenList list;
  for (const AddedToken& token : parts.added) list.put(token);
  for (AddedToken& token : settings.listed_tokens()) list.put(std::move(token));
  for (const std::string_view role : Family::kRoleNames) {
    if (auto token = token_of(role, *parts.family, settings)) list.put_if_new(*std::move(token));
  }
  for (AddedToken& token : settings.additional_tokens(parts.additional_tokens)) {
    list.put_if_new(std::move(token));
  }
  return std::move(list.tokens());
}

base::Json to_json(const AddedToken& token) {
  return base::Json::Object{{"id", static_cast<std::int64_t>(token.id)},
                            {"content", token.content},
                            {"single_word", token.single_word},
                            {"lstrip", token.lstrip},
                            {"rstrip", token.rstrip},
                            {"normalized", token.normalized},
                            {"special", token.special}};
}

/// Builds a template such as "[CLS] $A [SEP]". Returns null if there are no tokens around a text.
base::Json make_template(const Assembly& parts, const Settings& settings,
                         const std::vector<AddedToken>& added) {
  base::Json::Array single;
  base::Json::Object special_tokens;
  const auto append = [&](std::string_view role) {
    const auto token = role.empty() ? std::nullopt : token_of(role, *parts.family, settings);
    if (!token) return;
    const auto known = std::ranges::find(added, token->content, &AddedToken::content);
    single.push_back(base::Json::Object{
        {"SpecialToken", base::Json::Object{{"id", token->content}, {"type_id", 0}}}});
    base::Json named =
        base::Json::Object{{"id", token->content},
                           {"ids", base::Json::Array{static_cast<std::int64_t>(known->id)}},
                           {"tokens", base::Json::Array{token->content}}};
    special_tokens.emplace_back(token->content, std::move(named));
  };
  append(parts.first_role);
  single.push_back(
      base::Json::Object{{"Sequence", base::Json::Object{{"id", "A"}, {"type_id", 0}}}});
  append(parts.last_role);
  if (special_tokens.empty()) return {};
  return base::Json::Object{{"type", "TemplateProcessing"},
                            {"single", std::move(single)},
                            {"pair", base::Json::Array{}},
                            {"special_tokens", std::move(special_tokens)}};
}

}  // namespace

std::optional<AddedToken> token_of(std::string_view role, const Family& family,
                                   const Settings& settings) {
  const auto location = static_cast<std::size_t>(std::ranges::find(Family::kRoleNames, role) -
                                                 Family::kRoleNames.begin());
  return settings.token(role, family.tokens[location], role == "mask_token" && family.mask_lstrip);
}

base::Json assemble(Assembly parts, const Settings& settings) {
  std::vector<AddedToken> added = added_tokens(parts, settings);
  std::uint32_t next = parts.first_free_id;
  base::Json::Array added_json;
  for (AddedToken& token : added) {
    const auto known = parts.vocabulary.find(token.content);
    token.id = known ? *known : next++;
    added_json.push_back(to_json(token));
  }
  base::Json post_processor = make_template(parts, settings, added);
  return base::Json::Object{{"version", "1.0"},
                            {"truncation", nullptr},
                            {"padding", nullptr},
                            {"added_tokens", std::move(added_json)},
                            {"normalizer", std::move(parts.normalizer)},
                            {"pre_tokenizer", std::move(parts.pre_tokenizer)},
                            {"post_processor", std::move(post_processor)},
                            {"decoder", nullptr},
                            {"model", std::move(parts.model)}};
}

}  // namespace m2v::tokenizer
