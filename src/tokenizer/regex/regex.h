#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/json.h"
#include "tokenize/regex/common_pattern.h"
#include "tokenize/regex/onig_pattern.h"

namespace m2v::tokenize {

/// A regular expression of a tokenizer.json, in the syntax and with the meaning that `tokenizers`
/// gives it. Immutable: any number of threads may use it at once. Common patterns follow the
/// Unicode tables of `tokenizers`; what CommonPattern does not know is left to Oniguruma, which has
/// its own.
class Regex {
 public:
  /// Throws FormatError, which names the place `where`, for a pattern that does not compile.
  static Regex compile(const std::string& pattern, const core::JsonAt& where);
  /// What matches exactly this text.
  static Regex of_text(const std::string& text);

  /// The byte ranges of all matches in valid UTF-8, left to right; `matches` is cleared first. A
  /// match may be empty, but not where the one before it ends. Throws Error for a text on which the
  /// pattern backtracks without end.
  void find_all(std::string_view utf8,
                std::vector<std::pair<std::size_t, std::size_t>>& matches) const;

  /// The pattern as it is written in the file; or the text.
  const std::string& pattern() const noexcept { return pattern_; }

 private:
  /// Finds a text that is not empty.
  struct Text {
    std::string text;
    void find_all(std::string_view utf8,
                  std::vector<std::pair<std::size_t, std::size_t>>& matches) const;
  };
  using Matcher = std::variant<Text, CommonPattern, OnigPattern>;

  Regex(std::string pattern, Matcher matcher)
      : pattern_(std::move(pattern)), matcher_(std::move(matcher)) {}

  std::string pattern_;
  Matcher matcher_;
};

}  // namespace m2v::tokenize
