#include "tokenize/files/assembly.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace m2v::tokenize {
namespace {

/// A list of tokens in which each content is once.
class TokenList {
 public:
  /// Appends the token, or puts it in place of the one with the same content.
  void put(AddedToken token) {
    const auto [place, is_new] = places_.try_emplace(token.content, tokens_.size());
    if (is_new) tokens_.emplace_back();
    tokens_[place->second] = std::move(token);
  }
  void put_if_new(AddedToken token) {
    if (!places_.contains(token.content)) put(std::move(token));
  }
  std::vector<AddedToken>& tokens() { return tokens_; }

 private:
  std::vector<AddedToken> tokens_;
  std::unordered_map<std::string, std::size_t> places_;
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

core::Json to_json(const AddedToken& token) {
  return core::Json::Object{{"id", static_cast<std::int64_t>(token.id)},
                            {"content", token.content},
                            {"single_word", token.single_word},
                            {"lstrip", token.lstrip},
                            {"rstrip", token.rstrip},
                            {"normalized", token.normalized},
                            {"special", token.special}};
}

/// "[CLS] $A [SEP]", or null if nothing stands around a text.
core::Json make_template(const Assembly& parts, const Settings& settings,
                         const std::vector<AddedToken>& added) {
  core::Json::Array single;
  core::Json::Object special_tokens;
  const auto append = [&](std::string_view role) {
    const auto token = role.empty() ? std::nullopt : token_of(role, *parts.family, settings);
    if (!token) return;
    const auto known = std::ranges::find(added, token->content, &AddedToken::content);
    single.push_back(core::Json::Object{
        {"SpecialToken", core::Json::Object{{"id", token->content}, {"type_id", 0}}}});
    core::Json named =
        core::Json::Object{{"id", token->content},
                           {"ids", core::Json::Array{static_cast<std::int64_t>(known->id)}},
                           {"tokens", core::Json::Array{token->content}}};
    special_tokens.emplace_back(token->content, std::move(named));
  };
  append(parts.first_role);
  single.push_back(
      core::Json::Object{{"Sequence", core::Json::Object{{"id", "A"}, {"type_id", 0}}}});
  append(parts.last_role);
  if (special_tokens.empty()) return {};
  return core::Json::Object{{"type", "TemplateProcessing"},
                            {"single", std::move(single)},
                            {"pair", core::Json::Array{}},
                            {"special_tokens", std::move(special_tokens)}};
}

}  // namespace

std::optional<AddedToken> token_of(std::string_view role, const Family& family,
                                   const Settings& settings) {
  const auto place = static_cast<std::size_t>(std::ranges::find(Family::kRoleNames, role) -
                                              Family::kRoleNames.begin());
  return settings.token(role, family.tokens[place], role == "mask_token" && family.mask_lstrip);
}

core::Json assemble(Assembly parts, const Settings& settings) {
  std::vector<AddedToken> added = added_tokens(parts, settings);
  std::uint32_t next = parts.first_free_id;
  core::Json::Array added_json;
  for (AddedToken& token : added) {
    const auto known = parts.vocabulary.find(token.content);
    token.id = known ? *known : next++;
    added_json.push_back(to_json(token));
  }
  core::Json post_processor = make_template(parts, settings, added);
  return core::Json::Object{{"version", "1.0"},
                            {"truncation", nullptr},
                            {"padding", nullptr},
                            {"added_tokens", std::move(added_json)},
                            {"normalizer", std::move(parts.normalizer)},
                            {"pre_tokenizer", std::move(parts.pre_tokenizer)},
                            {"post_processor", std::move(post_processor)},
                            {"decoder", nullptr},
                            {"model", std::move(parts.model)}};
}

}  // namespace m2v::tokenize
