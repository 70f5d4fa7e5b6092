#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace m2v::tokenizer {

/// A regular expression over UTF-8 that is compiled and matched by Oniguruma. Immutable and cheap
/// to copy.
class OnigPattern {
 public:
  enum class Syntax { kOniguruma, kPython };

  /// Throws std::invalid_argument, with the reason, if the expression is invalid, and always if
  /// this build has no Oniguruma (M2V_WITH_ONIGURUMA).
  OnigPattern(const std::string& expression, Syntax syntax);

  /// Returns whether there is a match at the start of the text. Throws Error if this takes too much
  /// backtracking.
  bool matches_start(std::string_view text) const;

  /// Appends the byte ranges [begin, end) of the matches, from left to right. A match may be empty,
  /// but not at the end of the previous match. Throws Error if the text takes too much
  /// backtracking.
  void find_all(std::string_view text,
                std::vector<std::pair<std::size_t, std::size_t>>& matches) const;

 private:
  std::string expression_;
  std::shared_ptr<void> regex_;  // a regex_t of Oniguruma
};

}  // namespace m2v::tokenizer
