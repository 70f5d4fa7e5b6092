#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace m2v::tokenize {

/// A regular expression that Oniguruma compiles and runs over UTF-8. Immutable, cheap to copy.
class OnigPattern {
 public:
  enum class Syntax { kOniguruma, kPython };

  /// Throws std::invalid_argument, with the reason, for an expression that is none, and for every
  /// one if this build has no Oniguruma (M2V_WITH_ONIGURUMA).
  OnigPattern(const std::string& expression, Syntax syntax);

  /// Whether a match starts where the text does. Throws Error if that takes too much backtracking.
  bool matches_start(std::string_view text) const;

  /// Appends the byte ranges of the matches, left to right. A match may be empty, but not where the
  /// one before it ends. Throws Error if the text takes too much backtracking.
  void find_all(std::string_view text,
                std::vector<std::pair<std::size_t, std::size_t>>& matches) const;

 private:
  std::string expression_;
  std::shared_ptr<void> regex_;  // Oniguruma's
};

}  // namespace m2v::tokenize
