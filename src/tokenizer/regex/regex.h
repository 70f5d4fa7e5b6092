#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "tokenizer/regex/common_pattern.h"
#include "tokenizer/regex/onig_pattern.h"

namespace m2v::tokenizer {

/// A regular expression of a tokenizer.json, with the syntax and semantics of `tokenizers`.
/// CommonPattern matches common patterns with the Unicode tables of `tokenizers`; Oniguruma matches
/// all others with its own tables. Immutable, so any number of threads may use it.
class Regex {
 public:
  /// Compiles a pattern. Throws FormatError, located at `where`, if the pattern does not compile.
  static Regex compile(const std::string& pattern, const base::JsonAt& where);
  /// Returns an expression that matches exactly this text.
  static Regex of_text(const std::string& text);

  /// Sets `matches` to the byte ranges [begin, end) of all matches in valid UTF-8, from left to
  /// right. A match may be empty, but not at the end of the previous match. Throws Error if the
  /// text takes too much backtracking.
  void find_all(std::string_view utf8,
                std::vector<std::pair<std::size_t, std::size_t>>& matches) const;

  /// Returns the pattern as written in the file, or the text passed to of_text().
  const std::string& pattern() const noexcept { return pattern_; }

 private:
  /// Matches a nonempty text.
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

}  // namespace m2v::tokenizer
