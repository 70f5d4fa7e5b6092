#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "tokenize/added_tokens.h"

namespace m2v::tokenize {

/// What the files beside a vocabulary say about its tokenizer: tokenizer_config.json,
/// special_tokens_map.json, which has the last word on special tokens, and the model_type of
/// config.json. Each may be missing.
class Settings {
 public:
  /// Throws IoError or FormatError.
  static Settings read(const std::filesystem::path& folder);

  /// What kind of tokenizer it may be, the likeliest first: "xlmroberta" for XLMRobertaTokenizer,
  /// XLMRobertaTokenizerFast and xlm-roberta, "t5" for mt5 as well. Empty if no file says.
  const std::vector<std::string>& kinds() const noexcept { return kinds_; }

  bool flag(std::string_view key, bool fallback) const;
  /// A flag that may be null, which means something of its own.
  core::Json flag_or_null(std::string_view key) const;
  std::uint64_t natural(std::string_view key, std::uint64_t fallback, std::uint64_t largest) const;

  /// The special token of a role such as "unk_token"; `fallback` if no file says, empty for none.
  std::optional<AddedToken> token(std::string_view role, std::string_view fallback,
                                  bool fallback_lstrip) const;
  /// The special tokens without a role; `fallback` if no file says.
  std::vector<AddedToken> additional_tokens(const std::vector<std::string>& fallback) const;
  /// added_tokens_decoder, by id.
  std::vector<AddedToken> listed_tokens() const;

 private:
  std::optional<core::JsonAt> find_token(std::string_view role) const;
  core::JsonAt config() const { return {config_, config_file_}; }

  core::Json config_ = core::Json::Object{};  // tokenizer_config.json
  std::string config_file_;
  core::Json tokens_ = core::Json::Object{};  // special_tokens_map.json
  std::string tokens_file_;
  std::vector<std::string> kinds_;
};

}  // namespace m2v::tokenize
