#include "tokenizer/vocabulary_files/tokenizer_settings.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace m2v::tokenizer {
namespace {

namespace fs = std::filesystem;

base::Json read_if_exists(const fs::path& file) {
  if (!fs::exists(file)) return base::Json::Object{};
  base::Json json = base::read_json(file.string());
  base::JsonAt(json, file.string()).object();
  return json;
}

/// Kinds that use the tokenizer of another kind.
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"distilbert", "bert"}, {"electra", "bert"},       {"bart", "roberta"},
    {"mt5", "t5"},          {"longformer", "roberta"}, {"mistral", "llama"},
};

/// Returns the kind for a name: in lowercase, without hyphens, underscores, "Tokenizer" and "Fast",
/// and replaced according to kAliases.
std::string plain_kind(std::string name) {
  for (const std::string_view ending : {"Fast", "Tokenizer"}) {
    if (name.ends_with(ending)) name.resize(name.size() - ending.size());
  }
  std::erase_if(name, [](char c) { return c == '-' || c == '_'; });
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const auto same =
      std::ranges::find(kAliases, name, &std::pair<std::string_view, std::string_view>::first);
  return same == std::end(kAliases) ? name : std::string(same->second);
}

AddedToken special_token(std::string content) {
  AddedToken token;
  token.content = std::move(content);
  token.special = true;
  token.normalized = false;
  return token;
}

/// Reads a token: a string, or an object with its flags.
AddedToken parse_stated_token(const base::JsonAt& json) {
  if (!json.value().is_object()) return special_token(json.string());
  AddedToken token = special_token(json.at("content").string());
  token.single_word = json.boolean_or("single_word", false);
  token.lstrip = json.boolean_or("lstrip", false);
  token.rstrip = json.boolean_or("rstrip", false);
  token.normalized = json.boolean_or("normalized", false);
  return token;
}

}  // namespace

Settings Settings::read(const fs::path& folder) {
  Settings settings;
  settings.config_file_ = (folder / "tokenizer_config.json").string();
  settings.config_ = read_if_exists(settings.config_file_);
  settings.tokens_file_ = (folder / "special_tokens_map.json").string();
  settings.tokens_ = read_if_exists(settings.tokens_file_);
  if (const auto name = settings.config().get("tokenizer_class")) {
    std::string kind = plain_kind(name->string());
    // PreTrainedTokenizer does not identify a kind.
    if (kind != "pretrained") settings.kinds_.push_back(std::move(kind));
  }
  const std::string model_file = (folder / "config.json").string();
  const base::Json model = read_if_exists(model_file);
  if (const auto name = base::JsonAt(model, model_file).get("model_type")) {
    settings.kinds_.push_back(plain_kind(name->string()));
  }
  return settings;
}

bool Settings::flag(std::string_view key, bool fallback) const {
  return config().boolean_or(key, fallback);
}

base::Json Settings::flag_or_null(std::string_view key) const {
  const auto value = config().get(key);
  return value ? base::Json(value->boolean()) : base::Json();
}

std::uint64_t Settings::natural(std::string_view key, std::uint64_t fallback,
                                std::uint64_t largest) const {
  const std::uint64_t value = config().natural_or(key, fallback);
  if (value > largest) config().at(key).fail("expected at most " + std::to_string(largest));
  return value;
}

std::optional<base::JsonAt> Settings::find_token(std::string_view role) const {
  const base::JsonAt tokens(tokens_, tokens_file_);
  if (auto token = tokens.find(role)) return token;
  return config().find(role);
}

std::optional<AddedToken> Settings::token(std::string_view role, std::string_view fallback,
                                          bool fallback_lstrip) const {
  if (const auto stated = find_token(role)) {
    if (stated->is_null()) return std::nullopt;
    return parse_stated_token(*stated);
  }
  if (fallback.empty()) return std::nullopt;
  AddedToken token = special_token(std::string(fallback));
  token.lstrip = fallback_lstrip;
  return token;
}

std::vector<AddedToken> Settings::additional_tokens(
    const std::vector<std::string>& fallback) const {
  std::vector<AddedToken> tokens;
  if (const auto stated = find_token("additional_special_tokens")) {
    if (stated->is_null()) return tokens;
    for (const base::JsonAt& token : stated->elements())
      tokens.push_back(parse_stated_token(token));
  } else {
    for (const std::string& content : fallback) tokens.push_back(special_token(content));
  }
  return tokens;
}

std::vector<AddedToken> Settings::listed_tokens() const {
  std::vector<AddedToken> tokens;
  const auto list = config().get("added_tokens_decoder");
  if (!list) return tokens;
  for (const auto& [name, value] : list->object()) {
    const base::JsonAt location(value, config_file_, list->path() + "." + name);
    AddedToken token = parse_stated_token(location);
    token.special = location.boolean_or("special", false);
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), token.id);
    if (error != std::errc() || end != name.data() + name.size()) location.fail("expected an id");
    tokens.push_back(std::move(token));
  }
  std::ranges::stable_sort(tokens, {}, &AddedToken::id);
  return tokens;
}

}  // namespace m2v::tokenizer
