#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "tokenizer/added_tokens.h"

namespace m2v::tokenizer {

/// The tokenizer settings in the files next to a vocabulary: tokenizer_config.json,
/// special_tokens_map.json, which takes precedence for special tokens, and the model_type of
/// config.json. Each file may be missing. The member functions throw FormatError if a setting is
/// malformed.
class Settings {
 public:
  /// Reads the files of a folder. Throws IoError if a file cannot be read, or FormatError.
  static Settings read(const std::filesystem::path& folder);

  /// Returns the possible kinds of the tokenizer, the most likely first: for example, "xlmroberta"
  /// for XLMRobertaTokenizer, XLMRobertaTokenizerFast and xlm-roberta, and "t5" for mt5, too. Empty
  /// if no file states a kind.
  const std::vector<std::string>& kinds() const noexcept { return kinds_; }

  /// Returns a boolean of tokenizer_config.json, or `fallback` if it is missing or null.
  bool flag(std::string_view key, bool fallback) const;
  /// Returns a boolean of tokenizer_config.json, or null if it is missing or null.
  base::Json flag_or_null(std::string_view key) const;
  /// Returns a nonnegative integer of tokenizer_config.json, or `fallback` if there is none. Throws
  /// FormatError if it exceeds `largest`.
  std::uint64_t natural(std::string_view key, std::uint64_t fallback, std::uint64_t largest) const;

  /// Returns the special token of a role, such as "unk_token", or nothing if it is null. If no file
  /// states one, returns `fallback`, or nothing if `fallback` is empty.
  std::optional<AddedToken> token(std::string_view role, std::string_view fallback,
                                  bool fallback_lstrip) const;
  /// Returns additional_special_tokens, the special tokens without a role, or `fallback` if no file
  /// states them.
  std::vector<AddedToken> additional_tokens(const std::vector<std::string>& fallback) const;
  /// Returns added_tokens_decoder, in ascending order of the ids.
  std::vector<AddedToken> listed_tokens() const;

 private:
  std::optional<base::JsonAt> find_token(std::string_view role) const;
  base::JsonAt config() const { return {config_, config_file_}; }

  base::Json config_ = base::Json::Object{};  // tokenizer_config.json
  std::string config_file_;
  base::Json tokens_ = base::Json::Object{};  // special_tokens_map.json
  std::string tokens_file_;
  std::vector<std::string> kinds_;
};

}  // namespace m2v::tokenizer
